#include "common/mqtt/codec/byte_writer.hpp"
#include "common/mqtt/codec/encode.hpp"

namespace mqtt::codec {

void encode(const Connack& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    const bool is_5 = version == ProtocolVersion::v5;
    ByteWriter out(PacketType::connack, 0, buffer);
    // 3.1 cannot say that a session is present.
    const bool present = packet.session_present && version != ProtocolVersion::v31;
    out.byte(present ? 1 : 0);
    out.byte(is_5 ? static_cast<std::uint8_t>(packet.reason) : connack_return_code(packet.reason));
    if (is_5) out.properties(packet.properties);
    out.finish();
}

} // namespace mqtt::codec
