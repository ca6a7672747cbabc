#include "tools/mqttd/shard/durability.hpp"

#include "tools/mqttd/session/link.hpp"

#include <algorithm>

namespace mqttd {

Durability::Durability(
    ShardContext& context, std::vector<Inbox*> inboxes, CommitQueue& queue, StoreIds& ids
)
    : context_(context), inboxes_(std::move(inboxes)), journal_(context.index, queue, ids) {
    context_.journal = &journal_;
}

Durability::~Durability() {
    context_.journal = nullptr;
}

void Durability::post() {
    note_held();
    auto posted = journal_.post();
    if (!posted) return;
    if (posted->own) arrived_.push_back(posted->own); // to be left after the mail has gone out
    turns_.push_back({posted->group, std::move(posted->own), std::move(posted->foreign)});
}

/// Few wait for anything but the group of this turn, which is the highest.
void Durability::note_held() {
    for (const auto& [link, group] : context_.held_links) {
        const auto place = std::upper_bound(
            held_.begin(),
            held_.end(),
            group,
            [](std::uint64_t wanted, const Held& held) { return wanted < held.group; }
        );
        held_.insert(place, {group, link->connection_number()});
    }
    context_.held_links.clear();
}

void Durability::tell_arrivals() {
    for (const CommitTokenPtr& token : arrived_) {
        if (token->leave()) inboxes_[token->shard()]->post(SettledMail{token});
    }
    arrived_.clear();
}

void Durability::on_committed(std::uint64_t group) {
    committed_ = std::max(committed_, group);
    advance();
}

void Durability::on_settled(const CommitTokenPtr& token) {
    const auto found = std::find_if(turns_.begin(), turns_.end(), [&](const Turn& turn) {
        return turn.group == token->group();
    });
    journal_.settle(token);
    found->settled_by = journal_.group();
}

bool Durability::is_released(Turn& turn) const {
    if (committed_ < turn.group) return false;
    if (turn.own && (turn.settled_by == 0 || committed_ < turn.settled_by)) return false;
    return std::all_of(turn.foreign.begin(), turn.foreign.end(), [](const CommitTokenPtr& token) {
        return token->is_committed();
    });
}

void Durability::advance() {
    while (!turns_.empty() && is_released(turns_.front())) {
        context_.released_group = turns_.front().group;
        turns_.pop_front();
    }
}

std::vector<std::uint64_t> Durability::take_released() {
    std::vector<std::uint64_t> connections;
    while (!held_.empty() && held_.front().group <= context_.released_group) {
        connections.push_back(held_.front().connection);
        held_.pop_front();
    }
    return connections;
}

std::vector<std::uint64_t> Durability::take_all_held() {
    std::vector<std::uint64_t> connections;
    for (const Held& held : std::exchange(held_, {}))
        connections.push_back(held.connection);
    return connections;
}

} // namespace mqttd
