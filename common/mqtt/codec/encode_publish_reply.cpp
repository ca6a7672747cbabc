#include "common/mqtt/codec/byte_writer.hpp"
#include "common/mqtt/codec/encode.hpp"

namespace mqtt::codec {

namespace {

constexpr std::uint8_t pubrel_flags = 0x02;

// As short as the standard allows: no properties, and no reason code when it is 0. [MQTT5 3.4.2.1]
void write_reply(ByteWriter& out, const PublishReply& packet, ProtocolVersion version) {
    out.two_bytes(packet.packet_id);
    const bool has_properties = !packet.properties.empty();
    const bool has_reason = has_properties || packet.reason != ReasonCode::success;
    if (version == ProtocolVersion::v5 && has_reason) {
        out.byte(static_cast<std::uint8_t>(packet.reason));
        if (has_properties) out.properties(packet.properties);
    }
    out.finish();
}

} // namespace

void encode(const Puback& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    ByteWriter out(PacketType::puback, 0, buffer);
    write_reply(out, packet, version);
}

void encode(const Pubrec& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    ByteWriter out(PacketType::pubrec, 0, buffer);
    write_reply(out, packet, version);
}

void encode(const Pubrel& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    ByteWriter out(PacketType::pubrel, pubrel_flags, buffer);
    write_reply(out, packet, version);
}

void encode(const Pubcomp& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    ByteWriter out(PacketType::pubcomp, 0, buffer);
    write_reply(out, packet, version);
}

} // namespace mqtt::codec
