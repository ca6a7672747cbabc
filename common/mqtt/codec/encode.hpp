// Packets to bytes, appended to a buffer. The caller's packet must be legal; sizes above the wire's
// limit are asserted. Before 5.0 properties and reason codes that the version does not have are
// left out.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <cstddef>

namespace mqtt::codec {

void encode(const Connect& packet, base::ByteBuffer& out); ///< version is in the packet
void encode(const Connack& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Publish& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Puback& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Pubrec& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Pubrel& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Pubcomp& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Subscribe& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Suback& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Unsubscribe& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Unsuback& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Pingreq& packet, base::ByteBuffer& out);
void encode(const Pingresp& packet, base::ByteBuffer& out);
void encode(const Disconnect& packet, ProtocolVersion version, base::ByteBuffer& out);
void encode(const Auth& packet, ProtocolVersion version, base::ByteBuffer& out);
/// Any packet, for tests and tools.
void encode(const Packet& packet, ProtocolVersion version, base::ByteBuffer& out);

/// The size in bytes of the whole PUBLISH packet, for Maximum Packet Size. [MQTT-3.1.2-24]
[[nodiscard]] std::size_t encoded_size(const Publish& packet, ProtocolVersion version);

} // namespace mqtt::codec
