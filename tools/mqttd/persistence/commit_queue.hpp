// What the shards want to have committed: groups of changes, one for each turn that changed
// something, in the order in which they came. Any shard posts; the store thread takes. The lock is
// held for the length of a vector append.
#pragma once

#include "tools/mqttd/persistence/change.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace mqttd {

/// Stands for what one turn of a shard has set going on other shards. Whoever has work of it holds
/// it open; when nobody does any more, all changes that come of the turn have been posted.
class CommitToken {
public:
    CommitToken(unsigned shard, std::uint64_t group) : shard_(shard), group_(group) {}

    CommitToken(const CommitToken&) = delete;
    CommitToken& operator=(const CommitToken&) = delete;
    ~CommitToken() = default;

    /// The shard whose turn it was.
    [[nodiscard]] unsigned shard() const { return shard_; }

    /// The group of that turn.
    [[nodiscard]] std::uint64_t group() const { return group_; }

    void enter() { open_.fetch_add(1, std::memory_order_relaxed); }

    /// True for the last one, who tells the shard.
    [[nodiscard]] bool leave() { return open_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

    /// The changes that bear it are in the store.
    [[nodiscard]] bool is_committed() const { return committed_.load(std::memory_order_acquire); }

    void set_committed() { committed_.store(true, std::memory_order_release); }

private:
    const unsigned shard_;
    const std::uint64_t group_;
    std::atomic<unsigned> open_{1};
    std::atomic<bool> committed_{false};
};

using CommitTokenPtr = std::shared_ptr<CommitToken>;

/// The changes of one turn.
struct JournalGroup {
    unsigned shard = 0;
    std::uint64_t number = 0; ///< counts the groups of the shard, from 1
    std::vector<Change> changes;
    /// Changes with token 1 + i bear tokens[i]. The first is the turn's own; nullptr when no other
    /// shard has anything to do with the turn.
    std::vector<CommitTokenPtr> tokens{nullptr};
    std::size_t bytes = 0; ///< of memory
};

/// degraded: the store could not be written lately. It is tried again until it can.
enum class StoreState : std::uint8_t { working, degraded };

class CommitQueue {
public:
    /// Above this many bytes that wait to be committed, clients that add to them are not read.
    static constexpr std::size_t high_water = std::size_t{64} << 20U;

    /// wake: called without the lock when the queue was empty before.
    void on_first_group(std::function<void()> wake) { wake_ = std::move(wake); }

    void post(JournalGroup group);
    /// Moves everything behind what is in into. False: there was nothing.
    bool take(std::vector<JournalGroup>& into);

    [[nodiscard]] bool empty() const { return size_.load() == 0; }

    /// Bytes of a group that are committed now.
    void release(std::size_t bytes) { backlog_.fetch_sub(bytes, std::memory_order_relaxed); }

    [[nodiscard]] std::size_t backlog() const { return backlog_.load(std::memory_order_relaxed); }

    [[nodiscard]] bool is_behind() const { return backlog() > high_water; }

    [[nodiscard]] StoreState state() const { return state_.load(std::memory_order_relaxed); }

    void set_state(StoreState state) { state_.store(state, std::memory_order_relaxed); }

private:
    std::mutex mutex_;
    std::vector<JournalGroup> groups_;
    std::atomic<std::size_t> size_{0};
    std::atomic<std::size_t> backlog_{0};
    std::atomic<StoreState> state_{StoreState::working};
    std::function<void()> wake_;
};

/// New identifiers for sessions, rows and messages. Handed out in blocks, so that shards do not
/// fight for one number and the ids of a store still grow by and large in order of time.
class StoreIds {
public:
    static constexpr StoreId block_size = 256;

    /// highest: what is in use already.
    explicit StoreIds(StoreId highest = 0) : next_(highest + 1) {}

    /// The first of block_size ids. Any thread.
    [[nodiscard]] StoreId take_block() {
        return next_.fetch_add(block_size, std::memory_order_relaxed);
    }

    /// Before the shards start.
    void start_above(StoreId highest) { next_.store(highest + 1, std::memory_order_relaxed); }

private:
    std::atomic<StoreId> next_;
};

} // namespace mqttd
