// A shard's dealings with the store thread: posts the changes of each turn, knows which turns are
// committed, on this shard and wherever their messages went, and lets the output that waited for
// them go. Only when persistence is on; shard thread only.
#pragma once

#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/shard/inbox.hpp"

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace mqttd {

class Durability {
public:
    /// All outlive it; inboxes: of all shards.
    Durability(
        ShardContext& context, std::vector<Inbox*> inboxes, CommitQueue& queue, StoreIds& ids
    );
    Durability(const Durability&) = delete;
    Durability& operator=(const Durability&) = delete;
    ~Durability();

    [[nodiscard]] Journal& journal() { return journal_; }

    /// This shard has taken in what a mail with this token brought; what comes of it is posted at
    /// the end of the turn.
    void arrived(CommitTokenPtr token) { arrived_.push_back(std::move(token)); }

    /// End of turn, before the mail goes out: posts the changes.
    void post();
    /// End of turn, after the mail has gone out: tells the shards whose mail was taken in.
    void tell_arrivals();

    /// The store has this group and all before it.
    void on_committed(std::uint64_t group);
    /// Nothing of the turn is under way on other shards any more.
    void on_settled(const CommitTokenPtr& token);

    /// Connections (by number) whose output may go out now, at least in part.
    [[nodiscard]] std::vector<std::uint64_t> take_released();
    /// The same for all that wait.
    [[nodiscard]] std::vector<std::uint64_t> take_all_held();

    /// Nothing waits.
    [[nodiscard]] bool is_idle() const { return turns_.empty(); }

private:
    struct Turn {
        std::uint64_t group;
        CommitTokenPtr own;                  ///< until it is settled
        std::vector<CommitTokenPtr> foreign; ///< that its changes bear
        std::uint64_t settled_by = 0; ///< group with the settlement; 0: none needed, or not yet
    };

    struct Held {
        std::uint64_t group;
        std::uint64_t connection;
    };

    [[nodiscard]] bool is_released(Turn& turn) const;
    void advance();
    void note_held();

    ShardContext& context_;
    std::vector<Inbox*> inboxes_;
    Journal journal_;
    std::deque<Turn> turns_;
    std::deque<Held> held_;
    std::vector<CommitTokenPtr> arrived_;
    std::uint64_t committed_ = 0;
};

} // namespace mqttd
