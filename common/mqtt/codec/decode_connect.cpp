#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

constexpr std::uint8_t bridge_bit = 0x80;

struct ConnectFlags {
    std::uint8_t bits;

    [[nodiscard]] bool reserved() const { return (bits & 0x01U) != 0; }

    [[nodiscard]] bool clean_start() const { return (bits & 0x02U) != 0; }

    [[nodiscard]] bool will() const { return (bits & 0x04U) != 0; }

    [[nodiscard]] std::uint8_t will_qos() const { return (bits >> 3U) & 0x03U; }

    [[nodiscard]] bool will_retain() const { return (bits & 0x20U) != 0; }

    [[nodiscard]] bool password() const { return (bits & 0x40U) != 0; }

    [[nodiscard]] bool user_name() const { return (bits & 0x80U) != 0; }
};

// "MQIsdp" 3, "MQTT" 4 and "MQTT" 5; bridges of the versions before 5.0 may set a bit of the level.
void read_protocol(ByteReader& in, Connect& packet) {
    const std::size_t name_offset = in.offset();
    const std::string_view name = base::as_text(in.binary());
    const std::size_t level_offset = in.offset();
    const std::uint8_t level = in.byte();
    if (!in.ok()) return;
    if (name != "MQTT" && name != "MQIsdp")
        return in.fail(Rule::protocol_name_is_known, name_offset);
    packet.bridge = (level & bridge_bit) != 0;
    const auto number = static_cast<std::uint8_t>(level & ~bridge_bit);
    const bool is_31 = number == 3 && name == "MQIsdp";
    const bool is_311 = number == 4 && name == "MQTT";
    const bool is_5 = level == 5 && name == "MQTT";
    if (!is_31 && !is_311 && !is_5) return in.fail(Rule::protocol_level_is_supported, level_offset);
    packet.version = static_cast<ProtocolVersion>(number);
    in.set_version(packet.version);
}

// 3.1 says nothing about bits that are not used, so they are not looked at there.
void check_connect_flags(ByteReader& in, ConnectFlags flags, std::size_t offset) {
    const ProtocolVersion version = in.version();
    if (flags.will() && flags.will_qos() > 2) in.fail(Rule::will_qos_exists, offset);
    if (version != ProtocolVersion::v5 && flags.password() && !flags.user_name())
        in.fail(Rule::password_needs_user_name, offset);
    if (version == ProtocolVersion::v31) return;
    if (flags.reserved()) in.fail(Rule::connect_flag_is_not_reserved, offset);
    if (!flags.will() && flags.will_qos() != 0) in.fail(Rule::no_will_no_will_qos, offset);
    if (!flags.will() && flags.will_retain()) in.fail(Rule::no_will_no_will_retain, offset);
}

std::string_view read_client_id(ByteReader& in) {
    const std::size_t start = in.offset();
    const std::string_view id = base::as_text(in.binary());
    const bool is_valid =
        is_plain(id) || (id.find('\0') == std::string_view::npos && base::is_valid_utf8(id));
    if (!is_valid) in.fail(Rule::client_id_is_utf8, start);
    return id;
}

Will read_will(ByteReader& in, ConnectFlags flags) {
    Will will;
    will.qos = static_cast<Qos>(flags.will_qos());
    will.retain = flags.will_retain();
    if (in.version() == ProtocolVersion::v5)
        will.properties = decode_properties(in, PropertyScope::will);
    const std::size_t start = in.offset();
    will.topic = in.text();
    if (will.topic.empty()) in.fail(Rule::topic_is_not_empty, start);
    if (has_wildcard_character(will.topic)) in.fail(Rule::will_topic_has_no_wildcard, start);
    will.payload = in.binary();
    return will;
}

// In 3.1 the length of the packet counts more than the flags: a field at the end may be missing.
// [MQTT31 3.1]
void read_credentials(ByteReader& in, ConnectFlags flags, Connect& packet) {
    const bool may_miss = in.version() == ProtocolVersion::v31;
    if (flags.user_name() && !(may_miss && in.at_end())) packet.user_name = in.text();
    if (flags.password() && !(may_miss && in.at_end())) packet.password = in.binary();
}

} // namespace

Decoded<Connect> decode_connect(const Frame& frame) {
    ByteReader in(frame, ProtocolVersion::v5);
    Connect packet;
    check_flags(in, frame);
    read_protocol(in, packet);
    const std::size_t flags_offset = in.offset();
    const ConnectFlags flags{in.byte()};
    check_connect_flags(in, flags, flags_offset);
    packet.clean_start = flags.clean_start();
    packet.keep_alive = in.two_bytes();
    if (packet.version == ProtocolVersion::v5)
        packet.properties = decode_properties(in, PropertyScope::connect);
    packet.client_id = read_client_id(in);
    if (flags.will()) packet.will = read_will(in, flags);
    read_credentials(in, flags, packet);
    return in.finish(packet);
}

} // namespace mqtt::codec
