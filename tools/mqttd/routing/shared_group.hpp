// The members of one shared subscription: those of this shard one by one, those of other shards as
// counts. Picks who gets the next message: round robin over the online members of all shards, the
// offline ones only when nobody is online. Shard thread only. [MQTT5 4.8.2]
#pragma once

#include "tools/mqttd/routing/exchange.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace mqttd {

class SharedGroup {
public:
    explicit SharedGroup(SharedKeyPtr key) : key_(std::move(key)) {}

    [[nodiscard]] const SharedKeyPtr& key() const { return key_; }

    [[nodiscard]] bool empty() const { return members_.empty() && remotes_.empty(); }

    /// Adds or replaces; true when it was a member before.
    bool put(Subscriber& subscriber, const Subscription& subscription);
    bool remove(const Subscriber& subscriber);
    [[nodiscard]] bool has(const Subscriber& subscriber) const;
    void set_remote(unsigned shard, MemberCount count);
    [[nodiscard]] MemberCount local_count() const;

    /// The shard whose turn it is, tried ones left out; own_shard stands for the local members.
    /// nullopt: no members.
    [[nodiscard]] std::optional<unsigned> pick_shard(unsigned own_shard, ShardMask tried);

    /// Gives the message to a local member: the online ones in turn, then the offline ones. false:
    /// nobody took it.
    [[nodiscard]] bool deliver_local(InboundMessage& message);

private:
    struct Member {
        Subscriber* subscriber;
        Subscription subscription;
    };

    struct Remote {
        unsigned shard;
        MemberCount count;
    };

    [[nodiscard]] std::optional<unsigned>
    pick_weighted(unsigned own_shard, ShardMask tried, std::uint32_t MemberCount::*weight);

    SharedKeyPtr key_;
    std::vector<Member> members_;
    std::vector<Remote> remotes_;
    std::size_t next_member_ = 0;
    std::size_t next_shard_ = 0;
};

} // namespace mqttd
