#include "common/mqtt/spec/reason_code.hpp"

#include <array>
#include <span>

namespace mqtt {

namespace {

// One bit for each packet type; DISCONNECT and AUTH have one for each sender. [MQTT5 2.4]
using Carriers = std::uint32_t;

constexpr Carriers bit(PacketType type) {
    return 1U << static_cast<unsigned>(type);
}

constexpr Carriers connack = bit(PacketType::connack);
constexpr Carriers puback = bit(PacketType::puback) | bit(PacketType::pubrec);
constexpr Carriers pubrel = bit(PacketType::pubrel) | bit(PacketType::pubcomp);
constexpr Carriers suback = bit(PacketType::suback);
constexpr Carriers unsuback = bit(PacketType::unsuback);
constexpr unsigned client_shift = 16;
constexpr Carriers server_disconnect = bit(PacketType::disconnect);
constexpr Carriers client_disconnect = server_disconnect << client_shift;
constexpr Carriers disconnect = server_disconnect | client_disconnect;
constexpr Carriers server_auth = bit(PacketType::auth);
constexpr Carriers client_auth = server_auth << client_shift;

struct Row {
    ReasonCode code;
    std::string_view name;
    Carriers carriers;
};

using enum ReasonCode;

// clang-format off
constexpr std::array table{
    Row{success, "Success",
        connack | puback | pubrel | suback | unsuback | disconnect | server_auth},
    Row{granted_qos_1, "Granted QoS 1", suback},
    Row{granted_qos_2, "Granted QoS 2", suback},
    Row{disconnect_with_will, "Disconnect with Will Message", client_disconnect},
    Row{no_matching_subscribers, "No matching subscribers", puback},
    Row{no_subscription_existed, "No subscription existed", unsuback},
    Row{continue_authentication, "Continue authentication", server_auth | client_auth},
    Row{reauthenticate, "Re-authenticate", client_auth},
    Row{unspecified_error, "Unspecified error", connack | puback | suback | unsuback | disconnect},
    Row{malformed_packet, "Malformed Packet", connack | disconnect},
    Row{protocol_error, "Protocol Error", connack | disconnect},
    Row{implementation_specific_error, "Implementation specific error",
        connack | puback | suback | unsuback | disconnect},
    Row{unsupported_protocol_version, "Unsupported Protocol Version", connack},
    Row{client_identifier_not_valid, "Client Identifier not valid", connack},
    Row{bad_user_name_or_password, "Bad User Name or Password", connack},
    Row{not_authorized, "Not authorized",
        connack | puback | suback | unsuback | server_disconnect},
    Row{server_unavailable, "Server unavailable", connack},
    Row{server_busy, "Server busy", connack | server_disconnect},
    Row{banned, "Banned", connack},
    Row{server_shutting_down, "Server shutting down", server_disconnect},
    Row{bad_authentication_method, "Bad authentication method", connack | server_disconnect},
    Row{keep_alive_timeout, "Keep Alive timeout", server_disconnect},
    Row{session_taken_over, "Session taken over", server_disconnect},
    Row{topic_filter_invalid, "Topic Filter invalid", suback | unsuback | server_disconnect},
    Row{topic_name_invalid, "Topic Name invalid", connack | puback | disconnect},
    Row{packet_identifier_in_use, "Packet Identifier in use", puback | suback | unsuback},
    Row{packet_identifier_not_found, "Packet Identifier not found", pubrel},
    Row{receive_maximum_exceeded, "Receive Maximum exceeded", disconnect},
    Row{topic_alias_invalid, "Topic Alias invalid", disconnect},
    Row{packet_too_large, "Packet too large", connack | disconnect},
    Row{message_rate_too_high, "Message rate too high", disconnect},
    Row{quota_exceeded, "Quota exceeded", connack | puback | suback | disconnect},
    Row{administrative_action, "Administrative action", disconnect},
    Row{payload_format_invalid, "Payload format invalid", connack | puback | disconnect},
    Row{retain_not_supported, "Retain not supported", connack | server_disconnect},
    Row{qos_not_supported, "QoS not supported", connack | server_disconnect},
    Row{use_another_server, "Use another server", connack | server_disconnect},
    Row{server_moved, "Server moved", connack | server_disconnect},
    Row{shared_subscriptions_not_supported, "Shared Subscriptions not supported",
        suback | server_disconnect},
    Row{connection_rate_exceeded, "Connection rate exceeded", connack | server_disconnect},
    Row{maximum_connect_time, "Maximum connect time", server_disconnect},
    Row{subscription_identifiers_not_supported, "Subscription Identifiers not supported",
        suback | server_disconnect},
    Row{wildcard_subscriptions_not_supported, "Wildcard Subscriptions not supported",
        suback | server_disconnect},
};
// clang-format on

constexpr std::uint8_t no_row = 0xFF;

constexpr std::array<std::uint8_t, 256> index_by_value() {
    std::array<std::uint8_t, 256> index{};
    index.fill(no_row);
    for (std::size_t i = 0; i < table.size(); ++i)
        index[static_cast<std::size_t>(table[i].code)] = static_cast<std::uint8_t>(i);
    return index;
}

constexpr std::array<std::uint8_t, 256> index = index_by_value();

const Row* find_row(std::uint8_t value) {
    return index[value] == no_row ? nullptr : &table[index[value]];
}

} // namespace

std::string_view name_of(ReasonCode code) {
    const Row* row = find_row(static_cast<std::uint8_t>(code));
    return row == nullptr ? "Unknown reason code" : row->name;
}

std::optional<ReasonCode> reason_code_for(PacketType type, Sender sender, std::uint8_t value) {
    const Row* row = find_row(value);
    if (row == nullptr) return std::nullopt;
    const bool has_two_senders = type == PacketType::disconnect || type == PacketType::auth;
    const unsigned shift = has_two_senders && sender == Sender::client ? client_shift : 0;
    if ((row->carriers & (bit(type) << shift)) == 0) return std::nullopt;
    return row->code;
}

std::uint8_t connack_return_code(ReasonCode code) {
    switch (code) {
    case success:
        return 0;
    case unsupported_protocol_version:
        return 1;
    case client_identifier_not_valid:
        return 2;
    case bad_user_name_or_password:
    case bad_authentication_method:
        return 4;
    case not_authorized:
    case banned:
        return 5;
    default:
        return 3;
    }
}

std::optional<ReasonCode> from_connack_return_code(std::uint8_t value) {
    static constexpr std::array codes{
        success,
        unsupported_protocol_version,
        client_identifier_not_valid,
        server_unavailable,
        bad_user_name_or_password,
        not_authorized,
    };
    if (value >= codes.size()) return std::nullopt;
    return codes[value];
}

} // namespace mqtt
