#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

Rule reason_rule(PacketType type) {
    switch (type) {
    case PacketType::pubrec:
        return Rule::pubrec_reason;
    case PacketType::pubrel:
        return Rule::pubrel_reason;
    case PacketType::pubcomp:
        return Rule::pubcomp_reason;
    default:
        return Rule::puback_reason;
    }
}

// The four types have the same numbers as scopes.
PropertyScope scope_of(PacketType type) {
    return static_cast<PropertyScope>(type);
}

// The reason code may be left out when it is 0, the properties when there are none. [MQTT5 3.4.2.1]
// [MQTT5 3.4.2.2.1]
void read_reason_and_properties(ByteReader& in, PacketType type, PublishReply& packet) {
    if (in.at_end()) return;
    const std::size_t start = in.offset();
    const auto reason = reason_code_for(type, Sender::client, in.byte());
    if (!reason) return in.fail(reason_rule(type), start);
    packet.reason = *reason;
    if (!in.at_end()) packet.properties = decode_properties(in, scope_of(type));
}

template <typename Packet>
Decoded<Packet> decode_reply(const Frame& frame, ProtocolVersion version, PacketType type) {
    ByteReader in(frame, version);
    Decoded<Packet> decoded{Packet{}}; // filled in place
    check_flags(in, frame);
    decoded->packet_id = in.packet_id();
    if (version == ProtocolVersion::v5) read_reason_and_properties(in, type, *decoded);
    in.expect_end();
    if (!in.ok()) decoded = in.error();
    return decoded;
}

} // namespace

Decoded<Puback> decode_puback(const Frame& frame, ProtocolVersion version) {
    return decode_reply<Puback>(frame, version, PacketType::puback);
}

Decoded<Pubrec> decode_pubrec(const Frame& frame, ProtocolVersion version) {
    return decode_reply<Pubrec>(frame, version, PacketType::pubrec);
}

Decoded<Pubrel> decode_pubrel(const Frame& frame, ProtocolVersion version) {
    return decode_reply<Pubrel>(frame, version, PacketType::pubrel);
}

Decoded<Pubcomp> decode_pubcomp(const Frame& frame, ProtocolVersion version) {
    return decode_reply<Pubcomp>(frame, version, PacketType::pubcomp);
}

} // namespace mqtt::codec
