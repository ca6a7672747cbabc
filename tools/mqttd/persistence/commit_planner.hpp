// Turns the groups of the shards into what has to be written: rows that are put and dropped before
// the next commit are left out, messages are written once however many rows name them, and changes
// that bear an open token wait for those of the other shards. No I/O, no clock; the store thread's.
#pragma once

#include "tools/mqttd/persistence/commit_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace mqttd {

class CommitPlanner {
public:
    explicit CommitPlanner(StoreIds& ids) : ids_(ids) {}

    CommitPlanner(const CommitPlanner&) = delete;
    CommitPlanner& operator=(const CommitPlanner&) = delete;
    ~CommitPlanner() = default;

    /// Takes the changes of a group, in the order of the queue.
    void add(JournalGroup& group);

    /// A message that is in the store already, with the rows that name it there.
    static void restore(const Message& message, StoreId id, std::uint32_t rows);

    /// What is to be committed now; valid until the next call.
    [[nodiscard]] std::span<const Change> net();

    /// net() is in the store.
    void committed();

    /// Takes what makes the store smaller out of net(): rows and messages that are done. It may go
    /// ahead of the rest, which names none of them.
    [[nodiscard]] std::vector<Change> take_drops();
    /// Puts back what take_drops() has taken.
    void put_back(std::vector<Change> drops);

    /// How many rows were never written because they were done before.
    [[nodiscard]] std::uint64_t elided() const { return elided_; }

private:
    void take(Change change);
    void withhold(const CommitTokenPtr& token, Change change);
    void settle(const CommitTokenPtr& token);
    void put_row(Change change);
    void update_row(Change change);
    void drop_row(Change change);
    [[nodiscard]] bool change_withheld(const Change& change);
    [[nodiscard]] bool supersede_withheld(Change& change);
    void acquire(const MessagePtr& message);
    void let_go(const MessagePtr& message);
    void cancel(std::size_t index);
    void find_again();

    struct Withheld {
        std::vector<Change> changes;
        std::size_t sessions = 0; ///< changes of sessions among them, not of rows
    };

    StoreIds& ids_;
    std::vector<Change> net_; ///< a cancelled one is of kind settle, which is never written
    bool has_cancelled_ = false;
    bool has_moved_ = false; ///< the indices into net_ are not right any more
    std::unordered_map<StoreId, std::size_t> put_rows_; ///< row → index in net_
    std::unordered_map<const CommitToken*, Withheld> withheld_;
    std::unordered_map<StoreId, const CommitToken*> withheld_rows_;
    std::vector<CommitTokenPtr> settled_;
    std::uint64_t elided_ = 0;
    StoreId next_message_id_ = 0;
    StoreId message_ids_left_ = 0;
};

} // namespace mqttd
