#include "tools/mqttd/shard/inbox.hpp"

#include <iterator>
#include <utility>

namespace mqttd {

void Inbox::post(std::vector<Mail>& batch) {
    if (batch.empty()) return;
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        was_empty = mail_.empty();
        if (was_empty) {
            mail_.swap(batch);
        } else {
            mail_.insert(
                mail_.end(),
                std::make_move_iterator(batch.begin()),
                std::make_move_iterator(batch.end())
            );
        }
        size_.store(mail_.size());
    }
    batch.clear();
    if (was_empty && wake_) wake_();
}

void Inbox::post(Mail mail) {
    std::vector<Mail> batch;
    batch.push_back(std::move(mail));
    post(batch);
}

void Inbox::take(std::vector<Mail>& into) {
    const std::lock_guard lock(mutex_);
    mail_.swap(into);
    size_.store(0, std::memory_order_release);
}

} // namespace mqttd
