#include "common/mqtt/codec/rules.hpp"

#include <array>

namespace mqtt::codec {

namespace {

using enum ReasonCode;

// clang-format off
constexpr std::array table{
    RuleRow{Rule::packet_type_is_known, malformed_packet, "MQTT5 2.1.2", "MQTT311 2.2.1",
            "packet type 0 is reserved"},
    RuleRow{Rule::length_has_four_bytes, malformed_packet, "MQTT5 1.5.5", "MQTT311 2.2.3",
            "variable byte integer is longer than four bytes"},
    RuleRow{Rule::variable_integer_is_minimal, malformed_packet, "MQTT-1.5.5-1", "MQTT311 2.2.3",
            "variable byte integer has more bytes than it needs"},
    RuleRow{Rule::packet_fits_limit, packet_too_large, "MQTT-3.2.2-15", "",
            "packet is larger than the maximum packet size"},
    RuleRow{Rule::flags_are_as_listed, malformed_packet, "MQTT-2.1.3-1", "MQTT311-2.2.2-1",
            "reserved flags of the fixed header are set"},
    RuleRow{Rule::pubrel_flags, malformed_packet, "MQTT-3.6.1-1", "MQTT311-3.6.1-1",
            "flags of PUBREL are not 0010"},
    RuleRow{Rule::subscribe_flags, malformed_packet, "MQTT-3.8.1-1", "MQTT311-3.8.1-1",
            "flags of SUBSCRIBE are not 0010"},
    RuleRow{Rule::unsubscribe_flags, malformed_packet, "MQTT-3.10.1-1", "MQTT311-3.10.1-1",
            "flags of UNSUBSCRIBE are not 0010"},
    RuleRow{Rule::disconnect_flags, malformed_packet, "MQTT-3.14.1-1", "MQTT311-3.14.1-1",
            "reserved flags of DISCONNECT are set"},
    RuleRow{Rule::auth_flags, malformed_packet, "MQTT-3.15.1-1", "",
            "reserved flags of AUTH are set"},
    RuleRow{Rule::sender_may_send_type, protocol_error, "MQTT5 2.1.2", "MQTT311 2.2.1",
            "this side does not send packets of this type"},
    RuleRow{Rule::type_exists_in_version, malformed_packet, "MQTT5 2.1.2", "MQTT311 2.2.1",
            "packet type does not exist in this version"},
    RuleRow{Rule::field_is_complete, malformed_packet, "MQTT-4.13.1-1", "MQTT311-4.8.0-1",
            "packet ends within a field"},
    RuleRow{Rule::nothing_follows, malformed_packet, "MQTT-4.13.1-1", "MQTT311-4.8.0-1",
            "bytes follow the last field"},

    RuleRow{Rule::string_is_utf8, malformed_packet, "MQTT-1.5.4-1", "MQTT311-1.5.3-1",
            "string is not well-formed UTF-8"},
    RuleRow{Rule::string_has_no_null, malformed_packet, "MQTT-1.5.4-2", "MQTT311-1.5.3-2",
            "string contains U+0000"},
    RuleRow{Rule::packet_id_is_not_zero, protocol_error, "MQTT-2.2.1-3", "MQTT311-2.3.1-1",
            "packet identifier is 0"},
    RuleRow{Rule::topic_is_not_empty, protocol_error, "MQTT-4.7.3-1", "MQTT311-4.7.3-1",
            "topic name is empty"},

    RuleRow{Rule::property_is_known, malformed_packet, "MQTT5 2.2.2.2", "",
            "property identifier does not exist"},
    RuleRow{Rule::property_belongs_here, protocol_error, "MQTT5 2.2.2.2", "",
            "property does not belong into this packet"},
    RuleRow{Rule::property_comes_once, protocol_error, "MQTT5 2.2.2.2", "",
            "property comes twice"},
    RuleRow{Rule::property_is_in_range, protocol_error, "MQTT5 2.2.2.2", "",
            "value of a property is out of range"},
    RuleRow{Rule::topic_alias_is_not_zero, topic_alias_invalid, "MQTT-3.3.2-8", "",
            "topic alias is 0"},
    RuleRow{Rule::response_topic_has_no_wildcard, protocol_error, "MQTT-3.3.2-14", "",
            "response topic contains a wildcard"},
    RuleRow{Rule::authentication_data_needs_method, protocol_error, "MQTT5 3.1.2.11.10", "",
            "authentication data come without an authentication method"},
    RuleRow{Rule::auth_needs_method, protocol_error, "MQTT5 3.15.2.2.2", "",
            "AUTH has no authentication method"},
    RuleRow{Rule::client_sends_no_subscription_identifier, protocol_error, "MQTT-3.3.4-6", "",
            "PUBLISH of a client has a subscription identifier"},
    RuleRow{Rule::server_sends_no_session_expiry, protocol_error, "MQTT-3.14.2-2", "",
            "DISCONNECT of a server has a session expiry interval"},

    RuleRow{Rule::protocol_name_is_known, unsupported_protocol_version, "MQTT-3.1.2-1", "MQTT311-3.1.2-1",
            "protocol name is neither MQTT nor MQIsdp"},
    RuleRow{Rule::protocol_level_is_supported, unsupported_protocol_version, "MQTT-3.1.2-2", "MQTT311-3.1.2-2",
            "protocol level is not supported"},
    RuleRow{Rule::connect_flag_is_not_reserved, malformed_packet, "MQTT-3.1.2-3", "MQTT311-3.1.2-3",
            "reserved connect flag is set"},
    RuleRow{Rule::will_qos_exists, malformed_packet, "MQTT-3.1.2-12", "MQTT311-3.1.2-14",
            "will QoS is 3"},
    RuleRow{Rule::no_will_no_will_qos, malformed_packet, "MQTT-3.1.2-11", "MQTT311-3.1.2-13",
            "will QoS is set without a will"},
    RuleRow{Rule::no_will_no_will_retain, malformed_packet, "MQTT-3.1.2-13", "MQTT311-3.1.2-15",
            "will retain is set without a will"},
    RuleRow{Rule::password_needs_user_name, malformed_packet, "", "MQTT311-3.1.2-22",
            "password comes without a user name"},
    RuleRow{Rule::client_id_is_utf8, malformed_packet, "MQTT-3.1.3-4", "MQTT311-3.1.3-4",
            "client identifier is not a valid UTF-8 string"},
    RuleRow{Rule::will_topic_has_no_wildcard, topic_name_invalid, "MQTT-4.7.0-1", "MQTT311-4.7.1-1",
            "will topic contains a wildcard"},
    RuleRow{Rule::connack_flags_are_not_reserved, malformed_packet, "MQTT-3.2.2-1", "MQTT311 3.2.2.1",
            "reserved connect acknowledge flags are set"},
    RuleRow{Rule::no_session_present_on_refusal, protocol_error, "MQTT-3.2.2-6", "MQTT311-3.2.2-4",
            "session present is set although the connection is refused"},
    RuleRow{Rule::connack_reason, protocol_error, "MQTT-3.2.2-8", "MQTT311 3.2.2.3",
            "reason code is not one of CONNACK"},

    RuleRow{Rule::qos_exists, malformed_packet, "MQTT-3.3.1-4", "MQTT311-3.3.1-4",
            "QoS is 3"},
    RuleRow{Rule::no_dup_with_qos_0, malformed_packet, "MQTT-3.3.1-2", "MQTT311-3.3.1-2",
            "DUP is set with QoS 0"},
    RuleRow{Rule::topic_has_no_wildcard, topic_name_invalid, "MQTT-3.3.2-2", "MQTT311-3.3.2-2",
            "topic name contains a wildcard"},
    RuleRow{Rule::empty_topic_needs_alias, protocol_error, "MQTT5 3.3.2.1", "",
            "topic name is empty and there is no topic alias"},
    RuleRow{Rule::puback_reason, protocol_error, "MQTT-3.4.2-1", "",
            "reason code is not one of PUBACK"},
    RuleRow{Rule::pubrec_reason, protocol_error, "MQTT-3.5.2-1", "",
            "reason code is not one of PUBREC"},
    RuleRow{Rule::pubrel_reason, protocol_error, "MQTT-3.6.2-1", "",
            "reason code is not one of PUBREL"},
    RuleRow{Rule::pubcomp_reason, protocol_error, "MQTT-3.7.2-1", "",
            "reason code is not one of PUBCOMP"},

    RuleRow{Rule::subscribe_has_a_filter, protocol_error, "MQTT-3.8.3-2", "MQTT311-3.8.3-3",
            "SUBSCRIBE has no topic filter"},
    RuleRow{Rule::unsubscribe_has_a_filter, protocol_error, "MQTT-3.10.3-2", "MQTT311-3.10.3-2",
            "UNSUBSCRIBE has no topic filter"},
    RuleRow{Rule::filter_is_not_empty, malformed_packet, "MQTT-4.7.3-1", "MQTT311-4.7.3-1",
            "topic filter is empty"},
    RuleRow{Rule::options_are_not_reserved, malformed_packet, "MQTT-3.8.3-5", "MQTT311-3.8.3-4",
            "reserved bits of the subscription options are set"},
    RuleRow{Rule::subscription_qos_exists, protocol_error, "MQTT5 3.8.3.1", "MQTT311-3.8.3-4",
            "maximum QoS of a subscription is 3"},
    RuleRow{Rule::retain_handling_exists, protocol_error, "MQTT5 3.8.3.1", "",
            "retain handling is 3"},
    RuleRow{Rule::no_local_is_not_shared, protocol_error, "MQTT-3.8.3-4", "",
            "no local is set on a shared subscription"},
    RuleRow{Rule::suback_has_a_reason, malformed_packet, "MQTT-3.8.4-6", "MQTT311-3.8.4-5",
            "SUBACK has no reason code"},
    RuleRow{Rule::suback_reason, protocol_error, "MQTT-3.9.3-2", "MQTT311-3.9.3-2",
            "reason code is not one of SUBACK"},
    RuleRow{Rule::unsuback_has_a_reason, malformed_packet, "MQTT5 3.11.3", "",
            "UNSUBACK has no reason code"},
    RuleRow{Rule::unsuback_reason, protocol_error, "MQTT-3.11.3-2", "",
            "reason code is not one of UNSUBACK"},

    RuleRow{Rule::disconnect_reason, protocol_error, "MQTT-3.14.2-1", "",
            "reason code is not one that this side sends in DISCONNECT"},
    RuleRow{Rule::auth_reason, protocol_error, "MQTT-3.15.2-1", "",
            "reason code is not one that this side sends in AUTH"},
};

// clang-format on

constexpr bool rows_are_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].rule) != i) return false;
    }
    return true;
}

static_assert(rows_are_in_order(), "a row for each rule, in the order of the enumeration");

} // namespace

std::span<const RuleRow> rule_table() {
    return table;
}

DecodeError broken(Rule rule, ProtocolVersion version, std::size_t offset) {
    const RuleRow& row = table[static_cast<std::size_t>(rule)];
    const bool before_5 = version != ProtocolVersion::v5 && !row.clause_311.empty();
    return {
        .reason = row.reason,
        .offset = static_cast<std::uint32_t>(offset),
        .clause = before_5 || row.clause.empty() ? row.clause_311 : row.clause,
        .what = row.what,
    };
}

} // namespace mqtt::codec
