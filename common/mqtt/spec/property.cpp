#include "common/mqtt/spec/property.hpp"

#include <array>
#include <limits>

namespace mqtt {

namespace {

using enum PropertyType;
using Id = PropertyId;
using In = PropertyScope;

template <typename... Scopes>
constexpr std::uint32_t in(Scopes... scopes) {
    return ((1U << static_cast<unsigned>(scopes)) | ...);
}

constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t variable_limit = 268'435'455;
constexpr std::uint32_t message = in(In::publish, In::will);
constexpr std::uint32_t handshake = in(In::connect, In::connack);
constexpr std::uint32_t acknowledgements =
    in(In::puback, In::pubrec, In::pubrel, In::pubcomp, In::suback, In::unsuback);

// Text and binary data have no range.
constexpr PropertyRow text_row(
    Id id, std::string_view name, PropertyType type, std::uint32_t scopes, std::string_view section
) {
    return {id, name, type, scopes, type == utf8_string_pair, 0, 0, section};
}

constexpr PropertyRow
boolean_row(Id id, std::string_view name, std::uint32_t scopes, std::string_view section) {
    return {id, name, byte, scopes, false, 0, 1, section};
}

// clang-format off
constexpr std::array table{
    boolean_row(Id::payload_format_indicator, "payload-format-indicator", message, "MQTT5 3.3.2.3.2"),
    PropertyRow{Id::message_expiry_interval, "message-expiry-interval", four_byte_integer, message,
                false, 0, no_limit, "MQTT5 3.3.2.3.3"},
    text_row(Id::content_type, "content-type", utf8_string, message, "MQTT5 3.3.2.3.9"),
    text_row(Id::response_topic, "response-topic", utf8_string, message, "MQTT5 3.3.2.3.5"),
    text_row(Id::correlation_data, "correlation-data", binary_data, message, "MQTT5 3.3.2.3.6"),
    PropertyRow{Id::subscription_identifier, "subscription-identifier", variable_byte_integer,
                in(In::publish, In::subscribe), true, 1, variable_limit, "MQTT5 3.8.2.1.2"},
    PropertyRow{Id::session_expiry_interval, "session-expiry-interval", four_byte_integer,
                handshake | in(In::disconnect), false, 0, no_limit, "MQTT5 3.1.2.11.2"},
    text_row(Id::assigned_client_identifier, "assigned-client-identifier", utf8_string,
             in(In::connack), "MQTT5 3.2.2.3.7"),
    PropertyRow{Id::server_keep_alive, "server-keep-alive", two_byte_integer, in(In::connack),
                false, 0, 65'535, "MQTT5 3.2.2.3.14"},
    text_row(Id::authentication_method, "authentication-method", utf8_string,
             handshake | in(In::auth), "MQTT5 3.1.2.11.9"),
    text_row(Id::authentication_data, "authentication-data", binary_data,
             handshake | in(In::auth), "MQTT5 3.1.2.11.10"),
    boolean_row(Id::request_problem_information, "request-problem-information", in(In::connect),
                "MQTT5 3.1.2.11.7"),
    PropertyRow{Id::will_delay_interval, "will-delay-interval", four_byte_integer, in(In::will),
                false, 0, no_limit, "MQTT5 3.1.3.2.2"},
    boolean_row(Id::request_response_information, "request-response-information", in(In::connect),
                "MQTT5 3.1.2.11.6"),
    text_row(Id::response_information, "response-information", utf8_string, in(In::connack),
             "MQTT5 3.2.2.3.15"),
    text_row(Id::server_reference, "server-reference", utf8_string, in(In::connack, In::disconnect),
             "MQTT5 3.2.2.3.16"),
    text_row(Id::reason_string, "reason-string", utf8_string,
             acknowledgements | in(In::connack, In::disconnect, In::auth), "MQTT5 3.2.2.3.9"),
    PropertyRow{Id::receive_maximum, "receive-maximum", two_byte_integer, handshake,
                false, 1, 65'535, "MQTT5 3.1.2.11.3"},
    PropertyRow{Id::topic_alias_maximum, "topic-alias-maximum", two_byte_integer, handshake,
                false, 0, 65'535, "MQTT5 3.1.2.11.5"},
    PropertyRow{Id::topic_alias, "topic-alias", two_byte_integer, in(In::publish),
                false, 1, 65'535, "MQTT5 3.3.2.3.4"},
    boolean_row(Id::maximum_qos, "maximum-qos", in(In::connack), "MQTT5 3.2.2.3.4"),
    boolean_row(Id::retain_available, "retain-available", in(In::connack), "MQTT5 3.2.2.3.5"),
    text_row(Id::user_property, "user-property", utf8_string_pair,
             message | handshake | acknowledgements |
                 in(In::subscribe, In::unsubscribe, In::disconnect, In::auth), "MQTT5 3.1.2.11.8"),
    PropertyRow{Id::maximum_packet_size, "maximum-packet-size", four_byte_integer, handshake,
                false, 1, no_limit, "MQTT5 3.1.2.11.4"},
    boolean_row(Id::wildcard_subscription_available, "wildcard-subscription-available",
                in(In::connack), "MQTT5 3.2.2.3.11"),
    boolean_row(Id::subscription_identifier_available, "subscription-identifier-available",
                in(In::connack), "MQTT5 3.2.2.3.12"),
    boolean_row(Id::shared_subscription_available, "shared-subscription-available",
                in(In::connack), "MQTT5 3.2.2.3.13"),
};
// clang-format on

constexpr std::size_t id_count = 43; // one more than the largest identifier

constexpr std::array<const PropertyRow*, id_count> rows_by_id() {
    std::array<const PropertyRow*, id_count> rows{};
    for (const PropertyRow& row : table)
        rows[static_cast<std::size_t>(row.id)] = &row;
    return rows;
}

constexpr std::array<const PropertyRow*, id_count> by_id = rows_by_id();

} // namespace

std::span<const PropertyRow> property_table() {
    return table;
}

const PropertyRow* find_property(std::uint32_t id) {
    return id < by_id.size() ? by_id[id] : nullptr;
}

const PropertyRow* find_property(std::string_view name) {
    for (const PropertyRow& row : table) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

} // namespace mqtt
