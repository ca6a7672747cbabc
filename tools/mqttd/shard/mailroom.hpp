// The mail that one shard sends: collected during a turn, posted at its end, so that a peer is
// woken once a turn at most and data goes before the acknowledgements that depend on it. Counts its
// announcements and knows which of them all peers have confirmed. Shard thread only.
#pragma once

#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/routing/exchange.hpp"
#include "tools/mqttd/shard/inbox.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace mqttd {

class Mailroom final : public Exchange {
public:
    /// inboxes: of all shards in order, this one's included; they outlive the mailroom.
    Mailroom(unsigned own_shard, std::vector<Inbox*> inboxes);

    void announce_interest(std::string_view filter, bool present) override;
    void announce_members(const SharedKeyPtr& key, MemberCount count) override;
    void forward(unsigned shard, const MessagePtr& message) override;
    void forward_shared(
        unsigned shard, const MessagePtr& message, const SharedKeyPtr& key, ShardMask tried
    ) override;

    void send(unsigned shard, Mail mail);
    /// A message for another shard's part of the retained set.
    void send_retained(unsigned shard, const MessagePtr& message);

    /// Persistence is on.
    void use(Journal& journal) { journal_ = &journal; }

    /// A message for a shared subscription is looked after that came with this mail: when it goes
    /// on to another shard, so does its token. end_relay() gives the token back when it does not.
    void begin_relay(const SharedMail& mail);
    [[nodiscard]] CommitTokenPtr end_relay();

    [[nodiscard]] std::uint64_t announcements() const { return announced_; }

    /// The last announcement that every other shard has taken in.
    [[nodiscard]] std::uint64_t confirmed() const;
    void on_confirmed(unsigned shard, std::uint64_t sequence);
    /// An announcement of a peer has been taken in; it is confirmed at the end of the turn.
    void confirm_later(unsigned shard, std::uint64_t sequence);

    /// End of turn: everything goes out.
    void post();

    /// Whether the inbox of another shard is so full that no more messages should be read.
    [[nodiscard]] bool congested() const;

private:
    struct Peer {
        Inbox* inbox = nullptr;
        std::vector<Mail> outgoing;
        std::uint64_t confirmed_by_it = 0;
        std::uint64_t to_confirm = 0; ///< 0: nothing
        bool may_change = false;      ///< mail of this turn may lead to changes on disk
    };

    struct Relay {
        CommitTokenPtr token;
        bool bears_token = false;
    };

    template <typename MakeMail>
    void announce(MakeMail&& make_mail);
    void note_change(Peer& peer, const Message& message);

    unsigned own_shard_;
    std::vector<Peer> peers_;
    Journal* journal_ = nullptr;
    Relay relay_;
    bool relaying_ = false;
    CommitTokenPtr turn_token_; ///< of this turn, once a mail may lead to changes
    std::uint64_t announced_ = 0;
};

} // namespace mqttd
