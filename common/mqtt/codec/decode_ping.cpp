#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

template <typename Packet>
Decoded<Packet> decode_ping(const Frame& frame, ProtocolVersion version) {
    ByteReader in(frame, version);
    check_flags(in, frame);
    return in.finish(Packet{});
}

} // namespace

Decoded<Pingreq> decode_pingreq(const Frame& frame, ProtocolVersion version) {
    return decode_ping<Pingreq>(frame, version);
}

Decoded<Pingresp> decode_pingresp(const Frame& frame, ProtocolVersion version) {
    return decode_ping<Pingresp>(frame, version);
}

} // namespace mqtt::codec
