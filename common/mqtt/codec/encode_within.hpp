// Encodes what may carry a reason string and user properties, and leaves these out when the packet
// would be too large with them. [MQTT-3.1.2-24] [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.4.2-2]
// [MQTT-3.4.2-3] and the same for the other acknowledgements, DISCONNECT and AUTH.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <concepts>
#include <cstddef>

namespace mqtt::codec {

/// A packet with properties that only explain: PUBLISH and the requests of a client are none.
template <typename Value>
concept Explained = std::derived_from<Value, PublishReply> || std::same_as<Value, Connack> ||
    std::same_as<Value, Suback> || std::same_as<Value, Unsuback> ||
    std::same_as<Value, Disconnect> || std::same_as<Value, Auth>;

/// Appends the packet to out if it has at most max_packet_size bytes (0 = no limit): whole, else
/// without user properties, else without the reason string too. False, and nothing is appended,
/// when even that is too large: such a packet is not sent. [MQTT-3.1.2-25]
template <Explained Value>
[[nodiscard]] bool encode_within(
    const Value& packet, ProtocolVersion version, std::size_t max_packet_size, base::ByteBuffer& out
);

} // namespace mqtt::codec
