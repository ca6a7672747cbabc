// The mail that one shard sends: collected during a turn, posted at its end, so that a peer is
// woken once a turn at most and data goes before the acknowledgements that depend on it. Counts its
// announcements and knows which of them all peers have confirmed. Shard thread only.
#pragma once

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
    };

    template <typename MakeMail>
    void announce(MakeMail&& make_mail);

    unsigned own_shard_;
    std::vector<Peer> peers_;
    std::uint64_t announced_ = 0;
};

} // namespace mqttd
