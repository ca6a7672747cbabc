// Bytes of one packet, in and out, for tests: decode a whole packet in one call, and print bytes
// and errors the way the vectors write them.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_error.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <string>

namespace support {

/// Exactly one packet. Bytes that are no whole frame, or more than one, throw std::runtime_error.
[[nodiscard]] mqtt::codec::Decoded<mqtt::Packet>
decode_bytes(base::Bytes bytes, mqtt::ProtocolVersion version, mqtt::Sender sender);

/// "0x81 MQTT-3.3.1-4 0": reason code, clause and offset.
[[nodiscard]] std::string error_text(const mqtt::codec::DecodeError& error);

/// "300AFF".
[[nodiscard]] std::string hex(base::Bytes bytes);

} // namespace support
