#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

constexpr std::string_view shared_prefix = "$share/";

std::string_view read_filter(ByteReader& in) {
    const std::size_t start = in.offset();
    const std::string_view filter = in.text();
    if (filter.empty()) in.fail(Rule::filter_is_not_empty, start);
    return filter;
}

// Before 5.0 the byte is a QoS and nothing else. [MQTT5 3.8.3.1] [MQTT311-3.8.3-4]
void check_options(ByteReader& in, std::uint8_t bits, std::size_t start) {
    const unsigned reserved = in.version() == ProtocolVersion::v5 ? 0xC0U : 0xFCU;
    if ((bits & reserved) != 0) in.fail(Rule::options_are_not_reserved, start);
    if ((bits & 0x03U) == 3) in.fail(Rule::subscription_qos_exists, start);
    if ((bits & 0x30U) == 0x30U) in.fail(Rule::retain_handling_exists, start);
}

SubscriptionRequest read_request(ByteReader& in) {
    SubscriptionRequest request;
    request.filter = read_filter(in);
    const std::size_t start = in.offset();
    const std::uint8_t bits = in.byte();
    check_options(in, bits, start);
    request.options.qos = static_cast<Qos>(bits & 0x03U);
    request.options.no_local = (bits & 0x04U) != 0;
    request.options.retain_as_published = (bits & 0x08U) != 0;
    request.options.retain_handling = static_cast<RetainHandling>((bits >> 4U) & 0x03U);
    if (request.options.no_local && request.filter.starts_with(shared_prefix))
        in.fail(Rule::no_local_is_not_shared, start);
    return request;
}

} // namespace

Decoded<Subscribe> decode_subscribe(const Frame& frame, ProtocolVersion version) {
    ByteReader in(frame, version);
    Subscribe packet;
    check_flags(in, frame);
    packet.packet_id = in.packet_id();
    if (version == ProtocolVersion::v5)
        packet.properties = decode_properties(in, PropertyScope::subscribe);
    if (in.at_end()) in.fail(Rule::subscribe_has_a_filter, in.offset());
    while (!in.at_end())
        packet.requests.push_back(read_request(in));
    return in.finish(std::move(packet));
}

Decoded<Unsubscribe> decode_unsubscribe(const Frame& frame, ProtocolVersion version) {
    ByteReader in(frame, version);
    Unsubscribe packet;
    check_flags(in, frame);
    packet.packet_id = in.packet_id();
    if (version == ProtocolVersion::v5)
        packet.properties = decode_properties(in, PropertyScope::unsubscribe);
    if (in.at_end()) in.fail(Rule::unsubscribe_has_a_filter, in.offset());
    while (!in.at_end())
        packet.filters.push_back(read_filter(in));
    return in.finish(std::move(packet));
}

} // namespace mqtt::codec
