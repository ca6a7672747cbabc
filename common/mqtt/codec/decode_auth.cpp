#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

// Only a success may leave out its body, and with it the method: who knows the session checks that.
// [MQTT5 3.15.2.1]
Decoded<Auth> decode_auth(const Frame& frame, ProtocolVersion version, Sender sender) {
    ByteReader in(frame, version);
    Auth packet;
    if (version != ProtocolVersion::v5) in.fail(Rule::type_exists_in_version, 0);
    check_flags(in, frame);
    const std::size_t start = in.offset();
    const std::uint8_t value = in.at_end() ? 0 : in.byte();
    const auto reason = reason_code_for(PacketType::auth, sender, value);
    if (!reason) in.fail(Rule::auth_reason, start);
    packet.reason = reason.value_or(ReasonCode::success);
    if (!frame.body.empty()) {
        const std::size_t properties_start = in.offset();
        packet.properties = decode_properties(in, PropertyScope::auth);
        if (!packet.properties.has(PropertyId::authentication_method))
            in.fail(Rule::auth_needs_method, properties_start);
    }
    return in.finish(packet);
}

} // namespace mqtt::codec
