// One replay of retained messages to one new subscription: asks the shards in turn for small
// batches and goes on only while the client takes them. Owned by the session. Shard thread only.
// [MQTT-3.8.4-4] [MQTT5 3.3.1.3]
#pragma once

#include "tools/mqttd/routing/subscription.hpp"

#include <cstdint>
#include <string>
#include <unordered_set>

namespace mqttd {

struct Replay {
    std::uint64_t id = 0;
    std::string filter; ///< mount point included
    Subscription subscription;
    unsigned shard = 0;      ///< the one being asked
    unsigned last_shard = 0; ///< the last one to ask
    std::string cursor;
    bool asked = false; ///< a batch is on its way
    /// Topics whose newer retained message has been delivered live meanwhile: an older one must not
    /// follow.
    std::unordered_set<std::string> overtaken;
};

} // namespace mqttd
