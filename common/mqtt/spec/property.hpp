// The properties of MQTT 5.0 as one table: identifier, name (as written in `-D connect
// session-expiry-interval 60`), wire type, the packets it may appear in, whether it may repeat, and
// its range. Decoder, encoder, validator and the command-line tools read this table.
// [MQTT5 2.2.2.2]
#pragma once

#include "common/mqtt/spec/protocol.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace mqtt {

enum class PropertyId : std::uint8_t {
    payload_format_indicator = 1,
    message_expiry_interval = 2,
    content_type = 3,
    response_topic = 8,
    correlation_data = 9,
    subscription_identifier = 11,
    session_expiry_interval = 17,
    assigned_client_identifier = 18,
    server_keep_alive = 19,
    authentication_method = 21,
    authentication_data = 22,
    request_problem_information = 23,
    will_delay_interval = 24,
    request_response_information = 25,
    response_information = 26,
    server_reference = 28,
    reason_string = 31,
    receive_maximum = 33,
    topic_alias_maximum = 34,
    topic_alias = 35,
    maximum_qos = 36,
    retain_available = 37,
    user_property = 38,
    maximum_packet_size = 39,
    wildcard_subscription_available = 40,
    subscription_identifier_available = 41,
    shared_subscription_available = 42,
};

enum class PropertyType : std::uint8_t {
    byte,
    two_byte_integer,
    four_byte_integer,
    variable_byte_integer,
    utf8_string,
    utf8_string_pair,
    binary_data,
};

/// Where a property section stands: a packet type, or the will inside CONNECT.
enum class PropertyScope : std::uint8_t {
    connect = 1,
    connack = 2,
    publish = 3,
    puback = 4,
    pubrec = 5,
    pubrel = 6,
    pubcomp = 7,
    subscribe = 8,
    suback = 9,
    unsubscribe = 10,
    unsuback = 11,
    disconnect = 14,
    auth = 15,
    will = 16,
};

struct PropertyRow {
    PropertyId id;
    std::string_view name; ///< lower case with dashes, "session-expiry-interval"
    PropertyType type;
    std::uint32_t scopes; ///< bit (1 << PropertyScope) for each section it may stand in
    bool repeatable;      ///< user-property everywhere; subscription-identifier in PUBLISH
    std::uint32_t minimum;
    std::uint32_t maximum;    ///< numbers only
    std::string_view section; ///< "MQTT5 3.1.2.11.2": where the standard describes it

    [[nodiscard]] constexpr bool allowed_in(PropertyScope scope) const {
        return ((scopes >> static_cast<unsigned>(scope)) & 1U) != 0;
    }
};

[[nodiscard]] std::span<const PropertyRow> property_table();
/// nullptr when there is no such property.
[[nodiscard]] const PropertyRow* find_property(std::uint32_t id);
[[nodiscard]] const PropertyRow* find_property(std::string_view name);

} // namespace mqtt
