#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_properties.hpp"

namespace mqtt::codec {

namespace {

void check_publish_flags(ByteReader& in, const Publish& packet) {
    if (static_cast<unsigned>(packet.qos) > 2) in.fail(Rule::qos_exists, 0);
    if (packet.dup && packet.qos == Qos::at_most_once) in.fail(Rule::no_dup_with_qos_0, 0);
}

// One pass decides for plain names; the others are looked at rule by rule.
void read_topic(ByteReader& in, Publish& packet) {
    const std::size_t start = in.offset();
    packet.topic = base::as_text(in.binary());
    if (is_plain_topic(packet.topic)) return;
    in.check_text(packet.topic, start);
    if (has_wildcard_character(packet.topic)) in.fail(Rule::topic_has_no_wildcard, start);
}

void check_properties(ByteReader& in, const PropertyList& list, Sender sender, std::size_t start) {
    if (sender == Sender::client && list.has(PropertyId::subscription_identifier))
        in.fail(Rule::client_sends_no_subscription_identifier, start);
}

void check_empty_topic(ByteReader& in, const Publish& packet, std::size_t start) {
    if (in.version() != ProtocolVersion::v5) {
        in.fail(Rule::topic_is_not_empty, start);
    } else if (!packet.properties.has(PropertyId::topic_alias)) {
        in.fail(Rule::empty_topic_needs_alias, start);
    }
}

} // namespace

Decoded<Publish> decode_publish(const Frame& frame, ProtocolVersion version, Sender sender) {
    ByteReader in(frame, version);
    Decoded<Publish> decoded{Publish{}}; // filled in place: this is the most frequent packet
    Publish& packet = *decoded;
    const std::uint8_t flags = frame.flags();
    packet.dup = (flags & 0x08U) != 0;
    packet.qos = static_cast<Qos>((flags >> 1U) & 0x03U);
    packet.retain = (flags & 0x01U) != 0;
    check_publish_flags(in, packet);

    const std::size_t topic_offset = in.offset();
    read_topic(in, packet);
    if (packet.qos != Qos::at_most_once) packet.packet_id = in.packet_id();
    if (version == ProtocolVersion::v5) {
        const std::size_t start = in.offset();
        packet.properties = decode_properties(in, PropertyScope::publish);
        check_properties(in, packet.properties, sender, start);
    }
    if (packet.topic.empty()) check_empty_topic(in, packet, topic_offset);
    packet.payload = in.rest();
    if (!in.ok()) decoded = in.error();
    return decoded;
}

} // namespace mqtt::codec
