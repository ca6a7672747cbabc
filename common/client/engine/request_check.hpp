// Whether a request can be sent at all, and whether this server would take it: asked before
// sending, so that the user hears a clear reason instead of a closed connection. Pure functions.
#pragma once

#include "common/client/engine/engine_events.hpp"
#include "common/client/engine/failure.hpp"
#include "common/client/engine/message.hpp"

#include <optional>

namespace client::engine {

/// What no server takes: an invalid topic name, too many bytes. nullopt: fine.
[[nodiscard]] std::optional<Refusal> check(const Message& message);

/// Beyond what CONNACK allowed. [MQTT-3.2.2-11] [MQTT-3.2.2-14] [MQTT-3.2.2-15]
[[nodiscard]] std::optional<Refusal>
check(const Message& message, mqtt::ProtocolVersion version, const ServerLimits& limits);

/// Filters, and what CONNACK allowed.
[[nodiscard]] std::optional<Refusal>
check(const SubscribeRequest& request, const ServerLimits& limits);
[[nodiscard]] std::optional<Refusal> check(const UnsubscribeRequest& request);

/// The message as a packet; views of it.
[[nodiscard]] mqtt::Publish as_packet(const Message& message);

} // namespace client::engine
