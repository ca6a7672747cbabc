// What the store thread does, one step at a time: takes what the shards have posted, commits it as
// one transaction, and tells the shards. While the store cannot be written, it keeps what is to be
// written and tries again. No thread and no clock of its own, so that tests step it.
#pragma once

#include "common/base/log.hpp"
#include "tools/mqttd/persistence/commit_planner.hpp"
#include "tools/mqttd/persistence/commit_queue.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace mqttd {

class Committer {
public:
    /// How long after a failed commit the next one is tried.
    static constexpr std::chrono::seconds retry_interval{1};

    /// What the shards are told; called on the thread of step().
    struct Listener {
        /// All groups of the shard up to number are in the store.
        std::function<void(unsigned shard, std::uint64_t number)> committed;
        /// The store has just become degraded: who waits for a commit should not go on waiting.
        std::function<void()> degraded;
        /// It can be written again.
        std::function<void()> recovered;
        /// What the disk has is not known any more; only a restart helps. Does not return.
        std::function<void(const StoreError&)> fatal;
    };

    /// All outlive it. shards: how many there are.
    Committer(
        Store& store,
        CommitQueue& queue,
        StoreIds& ids,
        base::Log& log,
        unsigned shards,
        Listener listener
    );

    /// Commits what has been posted. False: there was nothing to do.
    bool step(const StoreTimes& times);

    /// One slice of the store's housekeeping; when step() has nothing to do. False: nothing is
    /// left.
    bool tidy();

    /// When step() should be called although nothing has been posted; nullopt: never.
    [[nodiscard]] std::optional<base::SteadyTime> next_attempt() const { return next_attempt_; }

private:
    [[nodiscard]] bool make_room(const StoreTimes& times);
    void on_committed();
    void on_failed(const StoreError& error, base::SteadyTime now);

    Store& store_;
    CommitQueue& queue_;
    base::Log& log_;
    Listener listener_;
    CommitPlanner planner_;
    std::vector<JournalGroup> groups_;
    std::vector<std::uint64_t> numbers_; ///< the last group of each shard that is in the planner
    std::vector<std::uint64_t> told_;    ///< the last one that the shard was told of
    std::size_t bytes_ = 0;              ///< of the groups in the planner
    bool untidy_ = false;                ///< there were commits since the last housekeeping
    bool settles_ = false;               ///< other shards may wait for this commit
    std::optional<base::SteadyTime> next_attempt_;
};

} // namespace mqttd
