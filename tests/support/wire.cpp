#include "tests/support/wire.hpp"

#include "common/mqtt/codec/frame.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace support {

mqtt::codec::Decoded<mqtt::Packet>
decode_bytes(base::Bytes bytes, mqtt::ProtocolVersion version, mqtt::Sender sender) {
    const auto read = mqtt::codec::next_frame(bytes, 0);
    if (read.status == mqtt::codec::FrameStatus::invalid) return read.error;
    if (read.status == mqtt::codec::FrameStatus::incomplete)
        throw std::runtime_error("not a whole packet: " + hex(bytes));
    if (read.frame.size() != bytes.size())
        throw std::runtime_error("more than one packet: " + hex(bytes));
    return mqtt::codec::decode(read.frame, version, sender);
}

std::string error_text(const mqtt::codec::DecodeError& error) {
    std::array<char, 8> reason{};
    std::snprintf(reason.data(), reason.size(), "0x%02X", static_cast<unsigned>(error.reason));
    return std::string(reason.data()) + ' ' + std::string(error.clause) + ' ' +
           std::to_string(error.offset);
}

std::string hex(base::Bytes bytes) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 0x0FU];
    }
    return text;
}

} // namespace support
