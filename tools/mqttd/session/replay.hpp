// Retained messages for the new subscriptions of one client: one replay after the other, each
// asking the shards in turn for small batches and handing them out only as fast as the client takes
// them, so that a replay never fills a queue that other messages need. Owned by the session. Shard
// thread only. [MQTT-3.8.4-4] [MQTT5 3.3.1.3]
#pragma once

#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

namespace mqttd {

/// A replay that has not begun; small, for a SUBSCRIBE may bring thousands.
struct WaitingReplay {
    std::string filter; ///< mount point included
    Subscription subscription;
};

/// The one that is going on.
struct Replay {
    std::uint64_t id = 0;
    std::string filter;
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

struct Replays {
    std::uint64_t last_id = 0;
    bool active = false; ///< current is going on
    Replay current;
    std::deque<WaitingReplay> waiting;
};

} // namespace mqttd
