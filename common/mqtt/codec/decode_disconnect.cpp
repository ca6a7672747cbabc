#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

void read_reason_and_properties(ByteReader& in, Sender sender, Disconnect& packet) {
    if (in.at_end()) return;
    const std::size_t start = in.offset();
    const auto reason = reason_code_for(PacketType::disconnect, sender, in.byte());
    if (!reason) return in.fail(Rule::disconnect_reason, start);
    packet.reason = *reason;
    if (in.at_end()) return;
    const std::size_t properties_start = in.offset();
    packet.properties = decode_properties(in, PropertyScope::disconnect);
    if (sender == Sender::server && packet.properties.has(PropertyId::session_expiry_interval))
        in.fail(Rule::server_sends_no_session_expiry, properties_start);
}

} // namespace

// Without a body the reason is 0; the properties may be left out. [MQTT5 3.14.2.1]
// [MQTT5 3.14.2.2.1]
Decoded<Disconnect> decode_disconnect(const Frame& frame, ProtocolVersion version, Sender sender) {
    ByteReader in(frame, version);
    Disconnect packet;
    check_flags(in, frame);
    if (version == ProtocolVersion::v5) {
        read_reason_and_properties(in, sender, packet);
    } else if (sender == Sender::server) {
        in.fail(Rule::sender_may_send_type, 0);
    }
    return in.finish(packet);
}

} // namespace mqtt::codec
