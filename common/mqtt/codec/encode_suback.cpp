#include "common/mqtt/codec/byte_writer.hpp"
#include "common/mqtt/codec/encode.hpp"

namespace mqtt::codec {

namespace {

constexpr std::uint8_t failure_311 = 0x80;

// Before 5.0 there is one failure code. [MQTT311-3.9.3-2]
std::uint8_t suback_code(ReasonCode reason, ProtocolVersion version) {
    if (version != ProtocolVersion::v5 && is_error(reason)) return failure_311;
    return static_cast<std::uint8_t>(reason);
}

} // namespace

void encode(const Suback& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    ByteWriter out(PacketType::suback, 0, buffer);
    out.two_bytes(packet.packet_id);
    if (version == ProtocolVersion::v5) out.properties(packet.properties);
    for (const ReasonCode reason : packet.reasons)
        out.byte(suback_code(reason, version));
    out.finish();
}

void encode(const Unsuback& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    ByteWriter out(PacketType::unsuback, 0, buffer);
    out.two_bytes(packet.packet_id);
    if (version == ProtocolVersion::v5) {
        out.properties(packet.properties);
        for (const ReasonCode reason : packet.reasons)
            out.byte(static_cast<std::uint8_t>(reason));
    }
    out.finish();
}

} // namespace mqtt::codec
