#include "common/mqtt/codec/byte_writer.hpp"
#include "common/mqtt/codec/encode.hpp"

namespace mqtt::codec {

void encode(const Pingreq& /*packet*/, base::ByteBuffer& buffer) {
    ByteWriter(PacketType::pingreq, 0, buffer).finish();
}

void encode(const Pingresp& /*packet*/, base::ByteBuffer& buffer) {
    ByteWriter(PacketType::pingresp, 0, buffer).finish();
}

} // namespace mqtt::codec
