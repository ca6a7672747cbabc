#include "tools/mqttd/persistence/committer.hpp"

#include <utility>

namespace mqttd {

Committer::Committer(
    Store& store,
    CommitQueue& queue,
    StoreIds& ids,
    base::Log& log,
    unsigned shards,
    Listener listener
)
    : store_(store)
    , queue_(queue)
    , log_(log)
    , listener_(std::move(listener))
    , planner_(ids)
    , numbers_(shards)
    , told_(shards) {}

bool Committer::step(const StoreTimes& times) {
    const bool due = next_attempt_ && times.steady >= *next_attempt_;
    const bool taken = queue_.take(groups_);
    if (!taken && !due) return false;
    for (JournalGroup& group : groups_) {
        for (const Change& change : group.changes)
            settles_ |= change.kind == Change::Kind::settle;
        numbers_[group.shard] = group.number;
        bytes_ += group.bytes;
        planner_.add(group);
    }
    groups_.clear();
    if (next_attempt_ && !due) return true;
    const auto changes = planner_.net();
    if (!changes.empty()) {
        auto result = store_.commit(changes, times);
        if (result.has_error() && result.error().fault == StoreFault::no_space &&
            make_room(times)) {
            result = store_.commit(planner_.net(), times);
        }
        if (result.has_error()) {
            on_failed(result.error(), times.steady);
            return true;
        }
    }
    on_committed();
    return true;
}

/// Rows that are done are taken out although new ones have no room. False: there were none, or not
/// even that is possible.
bool Committer::make_room(const StoreTimes& times) {
    std::vector<Change> drops = planner_.take_drops();
    if (!drops.empty() && store_.commit(drops, times).has_value()) return true;
    planner_.put_back(std::move(drops));
    return false;
}

bool Committer::tidy() {
    if (!untidy_ || next_attempt_) return false;
    const auto more = store_.tidy();
    untidy_ = more.has_value() && *more;
    if (more.has_error()) log_.write(base::LogLevel::warning, more.error().text);
    return untidy_;
}

void Committer::on_committed() {
    untidy_ = true;
    planner_.committed();
    queue_.release(std::exchange(bytes_, 0));
    if (next_attempt_) {
        next_attempt_.reset();
        queue_.set_state(StoreState::working);
        log_.write(base::LogLevel::notice, "the store can be written again: all changes are saved");
        listener_.recovered();
    }
    const bool tell_all = std::exchange(settles_, false);
    for (unsigned shard = 0; shard < numbers_.size(); ++shard) {
        if (!tell_all && told_[shard] == numbers_[shard]) continue;
        told_[shard] = numbers_[shard];
        listener_.committed(shard, numbers_[shard]);
    }
}

void Committer::on_failed(const StoreError& error, base::SteadyTime now) {
    if (error.fault == StoreFault::flush_failed || error.fault == StoreFault::corrupt) {
        log_.write(
            base::LogLevel::error,
            error.text +
                "; mqttd ends at once, because what it goes on to acknowledge could be lost"
        );
        listener_.fatal(error);
        return;
    }
    const bool is_new = !next_attempt_;
    next_attempt_ = now + retry_interval;
    if (!is_new) return;
    queue_.set_state(StoreState::degraded);
    log_.write(
        base::LogLevel::error,
        error.text + "; until the store can be written, messages of QoS 1 and 2 are refused and "
                     "persistent sessions cannot connect"
    );
    listener_.degraded();
}

} // namespace mqttd
