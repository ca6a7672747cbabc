#include "tools/mqttd/persistence/commit_queue.hpp"

#include <iterator>

namespace mqttd {

void CommitQueue::post(JournalGroup group) {
    backlog_.fetch_add(group.bytes, std::memory_order_relaxed);
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        was_empty = groups_.empty();
        groups_.push_back(std::move(group));
        size_.store(groups_.size());
    }
    if (was_empty && wake_) wake_();
}

bool CommitQueue::take(std::vector<JournalGroup>& into) {
    const std::lock_guard lock(mutex_);
    if (groups_.empty()) return false;
    if (into.empty()) {
        into.swap(groups_);
    } else {
        into.insert(
            into.end(),
            std::make_move_iterator(groups_.begin()),
            std::make_move_iterator(groups_.end())
        );
        groups_.clear();
    }
    size_.store(0);
    return true;
}

} // namespace mqttd
