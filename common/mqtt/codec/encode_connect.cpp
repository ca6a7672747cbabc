#include "common/base/assert.hpp"
#include "common/mqtt/codec/byte_writer.hpp"
#include "common/mqtt/codec/encode.hpp"

namespace mqtt::codec {

namespace {

constexpr unsigned bridge_bit = 0x80;

std::uint8_t connect_flags(const Connect& packet) {
    unsigned flags = packet.clean_start ? 0x02U : 0U;
    if (packet.will) {
        flags |= 0x04U | (static_cast<unsigned>(packet.will->qos) << 3U);
        if (packet.will->retain) flags |= 0x20U;
    }
    if (packet.password) flags |= 0x40U;
    if (packet.user_name) flags |= 0x80U;
    return static_cast<std::uint8_t>(flags);
}

void write_will(ByteWriter& out, const Will& will, ProtocolVersion version) {
    if (version == ProtocolVersion::v5) out.properties(will.properties);
    out.text(will.topic);
    out.binary(will.payload);
}

} // namespace

void encode(const Connect& packet, base::ByteBuffer& buffer) {
    const bool is_5 = packet.version == ProtocolVersion::v5;
    MIDGE_ASSERT(
        is_5 || packet.user_name || !packet.password,
        "before 5.0 a password comes with a user name [MQTT311-3.1.2-22]"
    );
    MIDGE_ASSERT(!is_5 || !packet.bridge, "5.0 has no bridge bit");
    ByteWriter out(PacketType::connect, 0, buffer);
    out.text(packet.version == ProtocolVersion::v31 ? "MQIsdp" : "MQTT");
    const unsigned level = static_cast<unsigned>(packet.version);
    out.byte(static_cast<std::uint8_t>(level | (packet.bridge ? bridge_bit : 0U)));
    out.byte(connect_flags(packet));
    out.two_bytes(packet.keep_alive);
    if (is_5) out.properties(packet.properties);
    out.text(packet.client_id);
    if (packet.will) write_will(out, *packet.will, packet.version);
    if (packet.user_name) out.text(*packet.user_name);
    if (packet.password) out.binary(*packet.password);
    out.finish();
}

} // namespace mqtt::codec
