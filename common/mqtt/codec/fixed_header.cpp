#include "common/mqtt/codec/fixed_header.hpp"

namespace mqtt::codec {

namespace {

constexpr std::uint8_t qos_1_flags = 0x02;
constexpr std::uint8_t dup_flag = 0x08;

Rule flag_rule(PacketType type) {
    switch (type) {
    case PacketType::pubrel:
        return Rule::pubrel_flags;
    case PacketType::subscribe:
        return Rule::subscribe_flags;
    case PacketType::unsubscribe:
        return Rule::unsubscribe_flags;
    case PacketType::disconnect:
        return Rule::disconnect_flags;
    case PacketType::auth:
        return Rule::auth_flags;
    default:
        return Rule::flags_are_as_listed;
    }
}

bool is_sent_with_qos_1(PacketType type) {
    return type == PacketType::pubrel || type == PacketType::subscribe ||
           type == PacketType::unsubscribe;
}

} // namespace

void check_flags(ByteReader& in, const Frame& frame) {
    const bool with_qos_1 = is_sent_with_qos_1(frame.type());
    std::uint8_t flags = frame.flags();
    // 3.1 sends these packets again, with DUP. [MQTT31 2.1]
    if (with_qos_1 && in.version() == ProtocolVersion::v31)
        flags = static_cast<std::uint8_t>(flags & ~dup_flag);
    if (flags != (with_qos_1 ? qos_1_flags : 0)) in.fail(flag_rule(frame.type()), 0);
}

} // namespace mqtt::codec
