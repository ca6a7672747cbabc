// Encodes one delivery into a connection's output: the message's own bytes plus what differs for
// each subscriber (packet identifier, retain and dup flags, subscription identifier, topic alias,
// remaining expiry). Shard thread only.
#pragma once

#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqttd/publish/inbound_message.hpp"
#include "tools/mqttd/session/link.hpp"

#include <cstdint>

namespace mqttd {

struct Delivery {
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    bool dup = false;
    bool retain = false;
    mqtt::PacketId packet_id = 0;
    std::uint32_t identifier = 0; ///< subscription identifier, 0 = none
};

/// Appends the PUBLISH packet; false when it is larger than the client takes, and nothing was
/// written. [MQTT-3.1.2-24]
[[nodiscard]] bool write_publish(
    Link& link, const MessageParts& message, const Delivery& delivery, base::SteadyTime now
);

/// The same for QoS 0 without identifier, through the message's cache of encoded shapes.
[[nodiscard]] bool
write_qos0(Link& link, InboundMessage& message, bool retain, base::SteadyTime now);

/// Whether the message fits into the client's Maximum Packet Size in this form.
[[nodiscard]] bool
fits(const Link& link, const MessageParts& message, const Delivery& delivery, base::SteadyTime now);

} // namespace mqttd
