#include "tools/mqttd/routing/shared_group.hpp"

#include <algorithm>

namespace mqttd {

bool SharedGroup::put(Subscriber& subscriber, const Subscription& subscription) {
    for (Member& member : members_) {
        if (member.subscriber != &subscriber) continue;
        member.subscription = subscription;
        return true;
    }
    members_.push_back({&subscriber, subscription});
    return false;
}

bool SharedGroup::remove(const Subscriber& subscriber) {
    return std::erase_if(members_, [&](const Member& member) {
               return member.subscriber == &subscriber;
           }) > 0;
}

bool SharedGroup::has(const Subscriber& subscriber) const {
    return std::any_of(members_.begin(), members_.end(), [&](const Member& member) {
        return member.subscriber == &subscriber;
    });
}

void SharedGroup::set_remote(unsigned shard, MemberCount count) {
    std::erase_if(remotes_, [&](const Remote& remote) { return remote.shard == shard; });
    if (count.total > 0) remotes_.push_back({shard, count});
}

MemberCount SharedGroup::local_count() const {
    MemberCount count;
    count.total = static_cast<std::uint32_t>(members_.size());
    for (const Member& member : members_) {
        if (member.subscriber->is_online()) ++count.online;
    }
    return count;
}

std::optional<unsigned> SharedGroup::pick_shard(unsigned own_shard, ShardMask tried) {
    if (remotes_.empty()) {
        const bool own_tried = ((tried >> own_shard) & 1U) != 0;
        return members_.empty() || own_tried ? std::nullopt : std::optional(own_shard);
    }
    auto shard = pick_weighted(own_shard, tried, &MemberCount::online);
    if (!shard) shard = pick_weighted(own_shard, tried, &MemberCount::total);
    return shard;
}

std::optional<unsigned> SharedGroup::pick_weighted(
    unsigned own_shard, ShardMask tried, std::uint32_t MemberCount::*weight
) {
    const auto is_tried = [&](unsigned shard) {
        return ((tried >> shard) & 1U) != 0;
    };
    const std::size_t own = is_tried(own_shard) ? 0 : local_count().*weight;
    std::size_t sum = own;
    for (const Remote& remote : remotes_) {
        if (!is_tried(remote.shard)) sum += remote.count.*weight;
    }
    if (sum == 0) return std::nullopt;
    std::size_t turn = next_shard_++ % sum;
    if (turn < own) return own_shard;
    turn -= own;
    for (const Remote& remote : remotes_) {
        if (is_tried(remote.shard)) continue;
        if (turn < remote.count.*weight) return remote.shard;
        turn -= remote.count.*weight;
    }
    return std::nullopt;
}

bool SharedGroup::deliver_local(InboundMessage& message) {
    for (const bool allowed_offline : {false, true}) {
        for (std::size_t i = 0; i < members_.size(); ++i) {
            const std::size_t index = (next_member_ + i) % members_.size();
            const Member& member = members_[index];
            if (!member.subscriber->deliver_shared(
                    message, member.subscription, key_, allowed_offline
                )) {
                continue;
            }
            next_member_ = (index + 1) % members_.size();
            return true;
        }
    }
    return false;
}

} // namespace mqttd
