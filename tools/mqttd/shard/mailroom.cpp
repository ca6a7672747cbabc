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

void Mailroom::forward(unsigned shard, const MessagePtr& message) {
    send(shard, RouteMail{message});
}

void Mailroom::forward_shared(
    unsigned shard, const MessagePtr& message, const SharedKeyPtr& key, ShardMask tried
) {
    send(shard, SharedMail{message, key, tried});
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
        if (peer.to_confirm != 0) {
            peer.outgoing.emplace_back(ConfirmMail{own_shard_, std::exchange(peer.to_confirm, 0)});
        }
        peer.inbox->post(peer.outgoing);
    }
}

bool Mailroom::congested() const {
    for (unsigned shard = 0; shard < peers_.size(); ++shard) {
        if (shard != own_shard_ && peers_[shard].inbox->is_full()) return true;
    }
    return false;
}

} // namespace mqttd
