#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

// 3.1 knows no failure code, but its servers use the one of 3.1.1.
std::optional<ReasonCode> suback_reason(ProtocolVersion version, std::uint8_t value) {
    if (version == ProtocolVersion::v5)
        return reason_code_for(PacketType::suback, Sender::server, value);
    if (value > 2 && value != 0x80U) return std::nullopt;
    return static_cast<ReasonCode>(value);
}

} // namespace

Decoded<Suback> decode_suback(const Frame& frame, ProtocolVersion version) {
    ByteReader in(frame, version);
    Suback packet;
    check_flags(in, frame);
    packet.packet_id = in.packet_id();
    if (version == ProtocolVersion::v5)
        packet.properties = decode_properties(in, PropertyScope::suback);
    if (in.at_end()) in.fail(Rule::suback_has_a_reason, in.offset());
    packet.reasons.reserve(in.left());
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        const auto reason = suback_reason(version, in.byte());
        if (!reason) in.fail(Rule::suback_reason, start);
        packet.reasons.push_back(reason.value_or(ReasonCode::unspecified_error));
    }
    return in.finish(std::move(packet));
}

Decoded<Unsuback> decode_unsuback(const Frame& frame, ProtocolVersion version) {
    ByteReader in(frame, version);
    Unsuback packet;
    check_flags(in, frame);
    packet.packet_id = in.packet_id();
    if (version != ProtocolVersion::v5) return in.finish(std::move(packet));
    packet.properties = decode_properties(in, PropertyScope::unsuback);
    if (in.at_end()) in.fail(Rule::unsuback_has_a_reason, in.offset());
    packet.reasons.reserve(in.left());
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        const auto reason = reason_code_for(PacketType::unsuback, Sender::server, in.byte());
        if (!reason) in.fail(Rule::unsuback_reason, start);
        packet.reasons.push_back(reason.value_or(ReasonCode::unspecified_error));
    }
    return in.finish(std::move(packet));
}

} // namespace mqtt::codec
