// The numbers of the protocol: versions, packet types, qualities of service, and the sizes the wire
// allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mqtt {

/// The protocol level byte of CONNECT.
enum class ProtocolVersion : std::uint8_t { v31 = 3, v311 = 4, v5 = 5 };

enum class PacketType : std::uint8_t {
    connect = 1,
    connack = 2,
    publish = 3,
    puback = 4,
    pubrec = 5,
    pubrel = 6,
    pubcomp = 7,
    subscribe = 8,
    suback = 9,
    unsubscribe = 10,
    unsuback = 11,
    pingreq = 12,
    pingresp = 13,
    disconnect = 14,
    auth = 15,
};

enum class Qos : std::uint8_t { at_most_once = 0, at_least_once = 1, exactly_once = 2 };

/// Who sent a packet: some packets and properties are legal in one direction only.
enum class Sender : std::uint8_t { client, server };

using PacketId = std::uint16_t; ///< 1..65535; 0 is "none"

inline constexpr std::size_t max_remaining_length = 268'435'455;
inline constexpr std::size_t max_string_length = 65'535;
inline constexpr std::uint32_t session_never_expires = 0xFFFFFFFFU;

/// "PUBLISH", as the specification writes it.
[[nodiscard]] std::string_view name_of(PacketType type);
/// "3.1", "3.1.1" or "5.0".
[[nodiscard]] std::string_view name_of(ProtocolVersion version);

} // namespace mqtt
