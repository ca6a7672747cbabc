#include "tools/mqttd/shard/mailroom.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mqttd {

Mailroom::Mailroom(unsigned own_shard, std::vector<Inbox*> inboxes)
    : own_shard_(own_shard), peers_(inboxes.size()) {
    for (std::size_t i = 0; i < inboxes.size(); ++i)
        peers_[i].inbox = inboxes[i];
}

template <typename MakeMail>
void Mailroom::announce(MakeMail&& make_mail) {
    if (peers_.size() == 1) return;
    ++announced_;
    for (unsigned shard = 0; shard < peers_.size(); ++shard) {
        if (shard != own_shard_) send(shard, make_mail());
    }
}

void Mailroom::announce_interest(std::string_view filter, bool present) {
    announce([&] { return InterestMail{own_shard_, announced_, present, std::string(filter)}; });
}

void Mailroom::announce_members(const SharedKeyPtr& key, MemberCount count) {
    announce([&] { return MembersMail{own_shard_, announced_, key, count}; });
}

/// Messages of QoS 0 lead to nothing that anybody waits for.
void Mailroom::note_change(Peer& peer, const Message& message) {
    if (journal_ == nullptr || message.qos() == mqtt::Qos::at_most_once) return;
    turn_token_ = journal_->token_for_mail();
    if (!std::exchange(peer.may_change, true)) turn_token_->enter();
}

void Mailroom::forward(unsigned shard, const MessagePtr& message) {
    Peer& peer = peers_[shard];
    note_change(peer, *message);
    const bool bears = peer.may_change && journal_->bears_own();
    send(shard, RouteMail{message, bears ? turn_token_ : nullptr});
}

void Mailroom::send_retained(unsigned shard, const MessagePtr& message) {
    note_change(peers_[shard], *message);
    send(shard, RetainMail{message});
}

void Mailroom::begin_relay(const SharedMail& mail) {
    relay_ = {mail.token, mail.bears_token};
    relaying_ = true;
}

CommitTokenPtr Mailroom::end_relay() {
    relaying_ = false;
    return std::exchange(relay_.token, nullptr);
}

void Mailroom::forward_shared(
    unsigned shard, const MessagePtr& message, const SharedKeyPtr& key, ShardMask tried
) {
    SharedMail mail{.message = message, .key = key, .tried = tried, .token = {}};
    if (relaying_) {
        mail.token = std::exchange(relay_.token, nullptr);
        mail.bears_token = relay_.bears_token;
    } else if (journal_ != nullptr && message->qos() != mqtt::Qos::at_most_once) {
        mail.token = journal_->token_for_mail();
        mail.token->enter();
        mail.bears_token = journal_->bears_own();
    }
    send(shard, std::move(mail));
}

void Mailroom::send(unsigned shard, Mail mail) {
    peers_[shard].outgoing.push_back(std::move(mail));
}

std::uint64_t Mailroom::confirmed() const {
    std::uint64_t lowest = announced_;
    for (unsigned shard = 0; shard < peers_.size(); ++shard) {
        if (shard != own_shard_) lowest = std::min(lowest, peers_[shard].confirmed_by_it);
    }
    return lowest;
}

void Mailroom::on_confirmed(unsigned shard, std::uint64_t sequence) {
    peers_[shard].confirmed_by_it = std::max(peers_[shard].confirmed_by_it, sequence);
}

void Mailroom::confirm_later(unsigned shard, std::uint64_t sequence) {
    peers_[shard].to_confirm = std::max(peers_[shard].to_confirm, sequence);
}

void Mailroom::post() {
    for (Peer& peer : peers_) {
        if (std::exchange(peer.may_change, false))
            peer.outgoing.emplace_back(TurnMail{turn_token_});
        if (peer.to_confirm != 0) {
            peer.outgoing.emplace_back(ConfirmMail{own_shard_, std::exchange(peer.to_confirm, 0)});
        }
        peer.inbox->post(peer.outgoing);
    }
    turn_token_.reset();
}

bool Mailroom::congested() const {
    for (unsigned shard = 0; shard < peers_.size(); ++shard) {
        if (shard != own_shard_ && peers_[shard].inbox->is_full()) return true;
    }
    return false;
}

} // namespace mqttd
