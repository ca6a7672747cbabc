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

    /// The packet from its first byte on; only of a frame that was read from an input.
    [[nodiscard]] base::Bytes bytes() const { return {body.data() - header_size, size()}; }
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

/// The usual case inline: true when input begins with a whole packet whose remaining length takes
/// one or two bytes, which is then in frame. false says nothing: ask next_frame().
[[nodiscard]] inline bool
short_frame(base::Bytes input, std::size_t max_packet_size, Frame& frame) {
    if (input.size() < 3 || input[0] < 0x10U) return false;
    std::size_t length = input[1];
    std::size_t header_size = 2;
    if (length >= 0x80U) {
        if (input[2] >= 0x80U || input[2] == 0) return false;
        length = (length & 0x7FU) | std::size_t{input[2]} << 7U;
        header_size = 3;
    }
    const std::size_t size = header_size + length;
    if (size > input.size() || (max_packet_size != 0 && size > max_packet_size)) return false;
    frame.first_byte = input[0];
    frame.header_size = static_cast<std::uint8_t>(header_size);
    frame.body = input.subspan(header_size, length);
    return true;
}

} // namespace mqtt::codec
