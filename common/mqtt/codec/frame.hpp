// Splits a byte stream into control packets: fixed header, remaining length, body. [MQTT5 2.1]
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/codec/decode_error.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <cstddef>
#include <cstdint>

namespace mqtt::codec {

/// One whole control packet; body is a view into the input.
struct Frame {
    std::uint8_t first_byte = 0;
    std::uint8_t header_size =
        2; ///< bytes before the body: 2..5; offsets of errors count from the first byte
    base::Bytes body;

    [[nodiscard]] PacketType type() const { return static_cast<PacketType>(first_byte >> 4U); }

    [[nodiscard]] std::uint8_t flags() const { return first_byte & 0x0FU; }

    [[nodiscard]] std::size_t size() const { return header_size + body.size(); }
};

enum class FrameStatus : std::uint8_t { complete, incomplete, invalid };

struct FrameRead {
    FrameStatus status = FrameStatus::incomplete;
    Frame frame; ///< when complete
    std::size_t expected_size =
        0;             ///< when incomplete: the size of the whole packet, 0 while unknown
    DecodeError error; ///< when invalid: 0x81 (malformed length, reserved type) or 0x95 (too large)
};

/// Reads the frame at the start of input. max_packet_size in bytes of the whole packet, 0 = no
/// limit but the wire's; it is refused as soon as its length is known, before its body arrives.
/// [MQTT-2.1.3-1] [MQTT-1.5.5-1]
[[nodiscard]] FrameRead next_frame(base::Bytes input, std::size_t max_packet_size);

} // namespace mqtt::codec
