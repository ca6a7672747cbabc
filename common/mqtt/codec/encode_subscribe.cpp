#include "common/base/assert.hpp"
#include "common/mqtt/codec/byte_writer.hpp"
#include "common/mqtt/codec/encode.hpp"

namespace mqtt::codec {

namespace {

constexpr std::uint8_t request_flags = 0x02;

std::uint8_t options_byte(const SubscriptionOptions& options, ProtocolVersion version) {
    unsigned bits = static_cast<unsigned>(options.qos);
    if (version == ProtocolVersion::v5) {
        if (options.no_local) bits |= 0x04U;
        if (options.retain_as_published) bits |= 0x08U;
        bits |= static_cast<unsigned>(options.retain_handling) << 4U;
    }
    return static_cast<std::uint8_t>(bits);
}

} // namespace

void encode(const Subscribe& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    MIDGE_ASSERT(!packet.requests.empty(), "SUBSCRIBE has a topic filter [MQTT-3.8.3-2]");
    ByteWriter out(PacketType::subscribe, request_flags, buffer);
    out.two_bytes(packet.packet_id);
    if (version == ProtocolVersion::v5) out.properties(packet.properties);
    for (const SubscriptionRequest& request : packet.requests) {
        out.text(request.filter);
        out.byte(options_byte(request.options, version));
    }
    out.finish();
}

void encode(const Unsubscribe& packet, ProtocolVersion version, base::ByteBuffer& buffer) {
    MIDGE_ASSERT(!packet.filters.empty(), "UNSUBSCRIBE has a topic filter [MQTT-3.10.3-2]");
    ByteWriter out(PacketType::unsubscribe, request_flags, buffer);
    out.two_bytes(packet.packet_id);
    if (version == ProtocolVersion::v5) out.properties(packet.properties);
    for (const std::string_view filter : packet.filters)
        out.text(filter);
    out.finish();
}

} // namespace mqtt::codec
