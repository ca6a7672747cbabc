// One replay of retained messages to one new subscription: asks the shards in turn for small
// batches and hands them out only as fast as the client takes them, so that a replay never fills a
// queue that other messages need. Owned by the session. Shard thread only.
// [MQTT-3.8.4-4] [MQTT5 3.3.1.3]
#pragma once

#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace mqttd {

struct Replay {
    std::uint64_t id = 0;
    std::string filter; ///< mount point included
    Subscription subscription;
    unsigned shard = 0;      ///< the one being asked
    unsigned last_shard = 0; ///< the last one to ask
    std::string cursor;
    bool asked = false;            ///< a batch is on its way
    std::vector<MessagePtr> batch; ///< the last one that came
    std::size_t next = 0;          ///< of the batch, to be handed out
    /// Topics whose newer retained message has been delivered live meanwhile: an older one must not
    /// follow.
    std::unordered_set<std::string> overtaken;
};

} // namespace mqttd
