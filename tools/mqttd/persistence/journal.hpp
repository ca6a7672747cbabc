// The changes that one shard makes to what is kept on disk, collected during a turn and posted at
// its end as one group. Sessions and the retained set write into it as they change; nothing here
// waits. One per shard, only when persistence is on; its thread only.
#pragma once

#include "tools/mqttd/persistence/commit_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace mqttd {

class Journal {
public:
    /// All outlive it.
    Journal(unsigned shard, CommitQueue& queue, StoreIds& ids);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal() = default;

    [[nodiscard]] StoreId new_id();

    /// The group that the changes of this turn belong to.
    [[nodiscard]] std::uint64_t group() const { return current_.number; }

    /// Grows with each change and with each mail to another shard that may lead to one: a caller
    /// that compares before and after knows whether anything has to be waited for.
    [[nodiscard]] std::size_t position() const { return current_.changes.size() + mails_; }

    [[nodiscard]] bool is_degraded() const { return queue_.state() == StoreState::degraded; }

    /// So much waits to be committed that clients should be slowed down.
    [[nodiscard]] bool is_behind() const { return queue_.is_behind(); }

    // --- changes ---

    /// row.message is not looked at; a message in state awaiting_pubcomp is nullptr.
    void put_row(const RowRecord& row, const MessagePtr& message);
    /// The message has been sent under an identifier.
    void sent(StoreId row, RowState state, mqtt::PacketId packet_id);
    /// The client has received the QoS 2 message; message: what the row lets go.
    void received(StoreId row, mqtt::PacketId packet_id, const MessagePtr& message);
    /// message: what the row lets go; nullptr in state awaiting_pubcomp.
    void drop_row(StoreId row, const MessagePtr& message);

    void put_session(SessionRecord record);
    void drop_session(StoreId session);
    void put_subscription(SubscriptionRecord record);
    void drop_subscription(StoreId session, std::string filter);
    void put_unreleased(StoreId session, mqtt::PacketId packet_id);
    void drop_unreleased(StoreId session, mqtt::PacketId packet_id);

    // --- what belongs together across shards ---

    /// While it lives, changes are committed only together with those that other shards make
    /// because of the same message.
    class [[nodiscard]] Bearing {
    public:
        Bearing(const Bearing&) = delete;
        Bearing& operator=(const Bearing&) = delete;

        ~Bearing() {
            if (journal_ == nullptr) return;
            journal_->tag_ = tag_before_;
            journal_->foreign_ = std::move(foreign_before_);
        }

    private:
        friend class Journal;

        Bearing(Journal* journal, std::uint16_t tag, CommitTokenPtr foreign = {});

        Journal* journal_;
        std::uint16_t tag_before_ = 0;
        CommitTokenPtr foreign_before_;
    };

    /// A message that this shard routes; journal may be nullptr.
    static Bearing bear_own(Journal* journal) { return Bearing(journal, own_tag); }

    /// A change that is for itself; journal may be nullptr.
    static Bearing bear_none(Journal* journal) { return Bearing(journal, 0); }

    /// A message from another shard; token: nullptr when it came without.
    static Bearing bear(Journal* journal, const CommitTokenPtr& token);

    /// Whether changes bear the token of this turn now.
    [[nodiscard]] bool bears_own() const { return tag_ == own_tag; }

    /// A mail to another shard that may lead to changes there: the token of this turn, to be left
    /// open for whom it concerns.
    [[nodiscard]] const CommitTokenPtr& token_for_mail();

    /// All that comes of the turn of a token has been posted: what bears it may be committed.
    void settle(const CommitTokenPtr& token);

    // --- the end of a turn ---

    struct Posted {
        std::uint64_t group = 0;
        CommitTokenPtr own;                  ///< nullptr: no other shard is concerned
        std::vector<CommitTokenPtr> foreign; ///< that changes of this group bear
    };

    /// Gives the changes to the store thread; nullopt when there is nothing to wait for.
    [[nodiscard]] std::optional<Posted> post();

private:
    static constexpr std::uint16_t own_tag = 1;
    /// foreign_ gets a place in the group with the first change that bears it.
    static constexpr std::uint16_t foreign_tag = 0xFFFF;

    Change& add(Change::Kind kind);
    [[nodiscard]] std::uint16_t tag_of(const CommitTokenPtr& token);

    CommitQueue& queue_;
    StoreIds& ids_;
    JournalGroup current_;
    std::size_t mails_ = 0;
    StoreId next_id_ = 0;
    StoreId ids_left_ = 0;
    std::uint16_t tag_ = 0;  ///< of changes made now
    CommitTokenPtr foreign_; ///< with foreign_tag
};

} // namespace mqttd
