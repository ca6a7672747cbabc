#include "common/base/assert.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/codec/varint.hpp"

#include <cstring>

namespace mqtt::codec {

namespace {

std::size_t remaining_length(const Publish& packet, ProtocolVersion version) {
    std::size_t length = 2 + packet.topic.size() + packet.payload.size();
    if (packet.qos != Qos::at_most_once) length += 2;
    if (version == ProtocolVersion::v5) {
        const std::size_t properties = packet.properties.wire().size();
        length += variable_size(properties) + properties;
    }
    return length;
}

std::uint8_t first_byte(const Publish& packet) {
    unsigned bits = static_cast<unsigned>(PacketType::publish) << 4U;
    if (packet.dup) bits |= 0x08U;
    bits |= static_cast<unsigned>(packet.qos) << 1U;
    if (packet.retain) bits |= 0x01U;
    return static_cast<std::uint8_t>(bits);
}

std::uint8_t* write_two_bytes(std::uint8_t* out, std::size_t value) {
    out[0] = static_cast<std::uint8_t>(value >> 8U);
    out[1] = static_cast<std::uint8_t>(value);
    return out + 2;
}

std::uint8_t* write_bytes(std::uint8_t* out, base::Bytes bytes) {
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    return out + bytes.size();
}

} // namespace

std::size_t encoded_size(const Publish& packet, ProtocolVersion version) {
    const std::size_t length = remaining_length(packet, version);
    return 1 + variable_size(length) + length;
}

// Everything before the payload is written in place, then the payload is appended: no byte of it is
// touched twice.
void encode(const Publish& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    MIDGE_ASSERT(packet.topic.size() <= max_string_length, "a topic name fits its length");
    MIDGE_ASSERT(
        (packet.packet_id == 0) == (packet.qos == Qos::at_most_once),
        "QoS 1 and 2 have a packet identifier, QoS 0 has none [MQTT-2.2.1-2] [MQTT-2.2.1-4]"
    );
    const std::size_t length = remaining_length(packet, version);
    MIDGE_ASSERT(length <= max_remaining_length, "a packet fits its remaining length");
    const std::size_t start = buffer.size();
    const std::size_t size = 1 + variable_size(length) + length;
    buffer.resize(start + size - packet.payload.size());

    std::uint8_t* out = buffer.data() + start;
    *out++ = first_byte(packet);
    out = write_variable(out, length);
    out = write_two_bytes(out, packet.topic.size());
    out = write_bytes(out, base::as_bytes(packet.topic));
    if (packet.qos != Qos::at_most_once) out = write_two_bytes(out, packet.packet_id);
    if (version == ProtocolVersion::v5) {
        out = write_variable(out, packet.properties.wire().size());
        write_bytes(out, packet.properties.wire());
    }
    base::append(buffer, packet.payload);
}

} // namespace mqtt::codec
