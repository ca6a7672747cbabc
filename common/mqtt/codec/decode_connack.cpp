#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

std::optional<ReasonCode> connack_reason(ProtocolVersion version, std::uint8_t value) {
    if (version != ProtocolVersion::v5) return from_connack_return_code(value);
    return reason_code_for(PacketType::connack, Sender::server, value);
}

} // namespace

Decoded<Connack> decode_connack(const Frame& frame, ProtocolVersion version) {
    ByteReader in(frame, version);
    Connack packet;
    check_flags(in, frame);
    const std::size_t flags_offset = in.offset();
    const std::uint8_t flags = in.byte();
    // 3.1 has no flags: its first byte is reserved as a whole.
    const unsigned reserved = version == ProtocolVersion::v31 ? 0xFFU : 0xFEU;
    if ((flags & reserved) != 0) in.fail(Rule::connack_flags_are_not_reserved, flags_offset);
    packet.session_present = flags != 0;

    const std::size_t reason_offset = in.offset();
    const std::optional<ReasonCode> reason = connack_reason(version, in.byte());
    if (!reason) in.fail(Rule::connack_reason, reason_offset);
    packet.reason = reason.value_or(ReasonCode::success);
    if (packet.session_present && packet.reason != ReasonCode::success)
        in.fail(Rule::no_session_present_on_refusal, flags_offset);
    if (version == ProtocolVersion::v5)
        packet.properties = decode_properties(in, PropertyScope::connack);
    return in.finish(packet);
}

} // namespace mqtt::codec
