// What a client sends and asks for, as values that own their bytes: a message, a subscription, a
// request. Owned by who fills them in. Know nothing of connections.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/packet/packets.hpp"
#include "common/mqtt/packet/property_builder.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace client::engine {

/// Also a will; then the properties are those of the will.
struct Message {
    std::string topic;
    base::ByteBuffer payload;
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    bool retain = false;
    mqtt::PropertyBuilder properties; ///< topic-alias: see max_topic_aliases
};

struct Subscription {
    std::string filter;
    mqtt::SubscriptionOptions options;
};

/// One SUBSCRIBE; at least one subscription.
struct SubscribeRequest {
    std::vector<Subscription> subscriptions;
    mqtt::PropertyBuilder properties;
};

/// One UNSUBSCRIBE; at least one filter.
struct UnsubscribeRequest {
    std::vector<std::string> filters;
    mqtt::PropertyBuilder properties;
};

/// One DISCONNECT. Before 5.0 only the packet itself is sent.
struct DisconnectRequest {
    mqtt::ReasonCode reason = mqtt::ReasonCode::success;
    mqtt::PropertyBuilder properties;
};

/// Names a publish, subscribe or unsubscribe of one engine: 1, 2, 3, …
using Token = std::uint64_t;

} // namespace client::engine
