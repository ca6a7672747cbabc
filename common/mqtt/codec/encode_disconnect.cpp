#include "common/base/assert.hpp"
#include "common/mqtt/codec/byte_writer.hpp"
#include "common/mqtt/codec/encode.hpp"

namespace mqtt::codec {

void encode(const Disconnect& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    ByteWriter out(PacketType::disconnect, 0, buffer);
    const bool has_properties = !packet.properties.empty();
    const bool has_reason = has_properties || packet.reason != ReasonCode::success;
    if (version == ProtocolVersion::v5 && has_reason) {
        out.byte(static_cast<std::uint8_t>(packet.reason));
        if (has_properties) out.properties(packet.properties);
    }
    out.finish();
}

void encode(const Auth& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    MIDGE_ASSERT(version == ProtocolVersion::v5, "AUTH exists in 5.0 only");
    ByteWriter out(PacketType::auth, 0, buffer);
    if (packet.reason != ReasonCode::success || !packet.properties.empty()) {
        out.byte(static_cast<std::uint8_t>(packet.reason));
        out.properties(packet.properties);
    }
    out.finish();
}

} // namespace mqtt::codec
