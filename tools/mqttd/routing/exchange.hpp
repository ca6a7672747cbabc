// What a router asks of the other shards. Owned by routing, implemented by the shard, so that
// routing knows no mailboxes.
#pragma once

#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <cstdint>
#include <string_view>

namespace mqttd {

using ShardMask = std::uint64_t; ///< bit i = shard i; the reason for the limit of 64 shards

/// How many members of one shared subscription live on a shard.
struct MemberCount {
    std::uint32_t online = 0;
    std::uint32_t total = 0;

    bool operator==(const MemberCount&) const = default;
};

class Exchange {
public:
    /// Tells every other shard that this one has (or no longer has) a subscriber for a filter.
    virtual void announce_interest(std::string_view filter, bool present) = 0;
    /// Tells every other shard how many members of a shared subscription live here.
    virtual void announce_members(const SharedKeyPtr& key, MemberCount count) = 0;
    /// Sends a message for the subscribers of another shard.
    virtual void forward(unsigned shard, const MessagePtr& message) = 0;
    /// Sends a message for one member of a shared subscription; tried: shards that could not
    /// deliver it.
    virtual void forward_shared(
        unsigned shard, const MessagePtr& message, const SharedKeyPtr& key, ShardMask tried
    ) = 0;

protected:
    Exchange() = default;
    Exchange(const Exchange&) = default;
    Exchange& operator=(const Exchange&) = default;
    ~Exchange() = default;
};

} // namespace mqttd
