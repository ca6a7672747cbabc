#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

template <typename Packet>
Decoded<Packet> decode_ping(const Frame& frame) {
    ByteReader in(frame, ProtocolVersion::v5);
    check_flags(in, frame);
    return in.finish(Packet{});
}

} // namespace

Decoded<Pingreq> decode_pingreq(const Frame& frame) {
    return decode_ping<Pingreq>(frame);
}

Decoded<Pingresp> decode_pingresp(const Frame& frame) {
    return decode_ping<Pingresp>(frame);
}

} // namespace mqtt::codec
