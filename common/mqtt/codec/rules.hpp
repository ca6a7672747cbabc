// Every rule that bytes on the wire can break, as one table: what the peer is told, the clause, and
// the words for the log. The decoder names a rule when it refuses a packet; the test vectors cover
// each of them.
#pragma once

#include "common/mqtt/codec/decode_error.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace mqtt::codec {

enum class Rule : std::uint8_t {
    // framing
    packet_type_is_known,
    length_has_four_bytes,
    variable_integer_is_minimal,
    packet_fits_limit,
    flags_are_as_listed,
    pubrel_flags,
    subscribe_flags,
    unsubscribe_flags,
    disconnect_flags,
    auth_flags,
    sender_may_send_type,
    type_exists_in_version,
    field_is_complete,
    nothing_follows,
    // fields of many packets
    string_is_utf8,
    string_has_no_null,
    packet_id_is_not_zero,
    topic_is_not_empty,
    // properties
    property_is_known,
    property_belongs_here,
    property_comes_once,
    property_is_in_range,
    topic_alias_is_not_zero,
    response_topic_has_no_wildcard,
    authentication_data_needs_method,
    auth_needs_method,
    client_sends_no_subscription_identifier,
    server_sends_no_session_expiry,
    // CONNECT and CONNACK
    protocol_name_is_known,
    protocol_level_is_supported,
    connect_flag_is_not_reserved,
    will_qos_exists,
    no_will_no_will_qos,
    no_will_no_will_retain,
    password_needs_user_name,
    client_id_is_utf8,
    will_topic_has_no_wildcard,
    connack_flags_are_not_reserved,
    no_session_present_on_refusal,
    connack_reason,
    // PUBLISH and its acknowledgements
    qos_exists,
    no_dup_with_qos_0,
    topic_has_no_wildcard,
    empty_topic_needs_alias,
    puback_reason,
    pubrec_reason,
    pubrel_reason,
    pubcomp_reason,
    // subscriptions
    subscribe_has_a_filter,
    unsubscribe_has_a_filter,
    filter_is_not_empty,
    options_are_not_reserved,
    subscription_qos_exists,
    retain_handling_exists,
    no_local_is_not_shared,
    suback_has_a_reason,
    suback_reason,
    unsuback_has_a_reason,
    unsuback_reason,
    // DISCONNECT and AUTH
    disconnect_reason,
    auth_reason,
};

struct RuleRow {
    Rule rule;
    ReasonCode reason;
    std::string_view clause;     ///< of 5.0
    std::string_view clause_311; ///< of 3.1.1, and for 3.1, which has no numbers; empty: 5.0 only
    std::string_view what;       ///< what is wrong, as words of a log line
};

[[nodiscard]] std::span<const RuleRow> rule_table();

/// The error for a broken rule; offset in bytes from the first byte of the packet.
[[nodiscard]] DecodeError broken(Rule rule, ProtocolVersion version, std::size_t offset);

} // namespace mqtt::codec
