#include "tools/mqttd/connection/connect_handshake.hpp"

#include "common/mqtt/packet/property_builder.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/publish/publish_pipeline.hpp"

#include <algorithm>

namespace mqttd {

namespace {

using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;

using Refused = std::optional<ConnectRefusal>;

ConnectRefusal refuse(ReasonCode reason, std::string text) {
    return {reason, std::move(text)};
}

Refused check_version(ProtocolVersion version, const ListenerConfig& listener) {
    const bool accepted = version == ProtocolVersion::v5     ? listener.accept_v5
                          : version == ProtocolVersion::v311 ? listener.accept_v311
                                                             : listener.accept_v31;
    if (accepted) return std::nullopt;
    return refuse(
        ReasonCode::unsupported_protocol_version,
        "MQTT " + std::string(mqtt::name_of(version)) +
            " is switched off for this listener (accept_protocol_versions)"
    );
}

Refused check_access(
    const mqtt::Connect& connect,
    std::string_view client_id,
    const BrokerConfig& config,
    const ListenerConfig& listener
) {
    if (connect.properties.has(PropertyId::authentication_method)) {
        return refuse(
            ReasonCode::bad_authentication_method, "no such authentication method here"
        ); // [MQTT-4.12.0-1]
    }
    return check_entry(has_user_name(connect), client_id, config, listener);
}

Refused
check_will(const mqtt::Will& will, const BrokerConfig& config, const ListenerConfig& listener) {
    if (static_cast<std::uint8_t>(will.qos) > listener.max_qos) {
        return refuse(ReasonCode::qos_not_supported, "QoS of the will is above max_qos");
    } // [MQTT-3.2.2-12]
    if (will.retain && !config.retain_available) {
        return refuse(ReasonCode::retain_not_supported, "retain_available is false");
    } // [MQTT-3.2.2-13]
    const std::size_t levels = config.limits.max_topic_levels;
    if (!mqtt::topic::is_valid_name(will.topic) ||
        (levels > 0 && mqtt::topic::count_levels(will.topic) > levels)) {
        return refuse(
            ReasonCode::topic_name_invalid, "topic of the will is not a valid topic name"
        );
    }
    if (is_reserved(will.topic) || will.topic.starts_with("$CONTROL/")) {
        return refuse(ReasonCode::not_authorized, "topic of the will is reserved for the broker");
    }
    const std::size_t limit = config.limits.message_size_limit;
    if (limit > 0 && will.payload.size() > limit) {
        return refuse(ReasonCode::packet_too_large, "will is larger than message_size_limit");
    }
    return std::nullopt;
}

/// Session Expiry Interval in seconds: before 5.0 it follows from clean session. [MQTT-3.1.2-23]
std::uint32_t wanted_expiry(const mqtt::Connect& connect) {
    if (connect.version == ProtocolVersion::v5) {
        return connect.properties.number(PropertyId::session_expiry_interval).value_or(0);
    }
    return connect.clean_start ? 0 : mqtt::session_never_expires;
}

Refused agree_keep_alive(const mqtt::Connect& connect, std::uint16_t maximum, ConnectTerms& terms) {
    terms.keep_alive = std::chrono::seconds(connect.keep_alive);
    if (maximum == 0 || (connect.keep_alive != 0 && connect.keep_alive <= maximum)) {
        return std::nullopt;
    }
    if (connect.version != ProtocolVersion::v5) {
        return refuse(
            ReasonCode::client_identifier_not_valid,
            "keep alive is above max_keepalive " + std::to_string(maximum)
        );
    }
    terms.keep_alive = std::chrono::seconds(maximum);
    terms.keep_alive_overridden = true;
    return std::nullopt;
}

/// 0 stands for "no limit" on either side.
std::uint16_t smaller_window(std::uint16_t a, std::uint16_t b) {
    if (a == 0) return b;
    return b == 0 ? a : std::min(a, b);
}

void agree_link(
    const mqtt::Connect& connect,
    const BrokerConfig& config,
    const ListenerConfig& listener,
    LinkTerms& link
) {
    const std::uint16_t window = config.limits.max_inflight_messages == 65535
                                     ? std::uint16_t{0}
                                     : config.limits.max_inflight_messages;
    link.version = connect.version;
    link.max_qos = listener.max_qos;
    link.mount_point = listener.mount_point;
    link.send_window = window;
    link.no_echo = connect.bridge;
    if (connect.version != ProtocolVersion::v5) return;
    const auto& properties = connect.properties;
    const auto two_bytes = [&](PropertyId id) {
        return static_cast<std::uint16_t>(properties.number(id).value_or(0));
    };
    link.send_window = smaller_window(window, two_bytes(PropertyId::receive_maximum));
    link.receive_window = window;
    link.max_packet_size = properties.number(PropertyId::maximum_packet_size).value_or(0);
    link.alias_maximum_in = listener.max_topic_alias;
    link.alias_maximum_out =
        std::min(listener.max_topic_alias_broker, two_bytes(PropertyId::topic_alias_maximum));
    link.problem_information =
        properties.number(PropertyId::request_problem_information).value_or(1) != 0;
}

} // namespace

bool has_user_name(const mqtt::Connect& connect) {
    return connect.user_name && !connect.user_name->empty();
}

Refused identify(
    const mqtt::Connect& connect, const ListenerConfig& listener, std::string_view& client_id
) {
    if (listener.use_username_as_clientid) {
        if (!connect.user_name || connect.user_name->empty()) {
            return refuse(
                ReasonCode::not_authorized,
                "use_username_as_clientid is set and there is no user name"
            );
        }
        client_id = *connect.user_name;
        return std::nullopt;
    }
    client_id = connect.client_id;
    if (!client_id.empty()) return std::nullopt;
    const bool allowed = listener.allow_zero_length_clientid &&
                         (connect.version == ProtocolVersion::v5 ||
                          (connect.version == ProtocolVersion::v311 && connect.clean_start));
    if (allowed) return std::nullopt;
    return refuse(
        ReasonCode::client_identifier_not_valid, "client identifier is empty"
    ); // [MQTT311-3.1.3-8] [MQTT-3.1.3-6]
}

Refused check_entry(
    bool has_user_name,
    std::string_view client_id,
    const BrokerConfig& config,
    const ListenerConfig& listener
) {
    const auto& prefixes = config.clientid_prefixes;
    const bool has_prefix =
        prefixes.empty() || std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) {
            return client_id.starts_with(prefix);
        });
    if (!has_prefix) {
        return refuse(
            ReasonCode::not_authorized, "client identifier does not begin with clientid_prefixes"
        );
    }
    const ListenerTls& tls = listener.tls;
    const bool checks_logins =
        !listener.password_file.empty() || tls.identity_as_username || tls.subject_as_username;
    if (listener.allow_anonymous.value_or(config.allow_anonymous)) return std::nullopt;
    if (checks_logins && has_user_name) return std::nullopt;
    return refuse(
        ReasonCode::not_authorized,
        checks_logins ? "a user name and a password are needed here"
                      : "allow_anonymous is false and no other way to log in is configured"
    );
}

Refused negotiate(
    const mqtt::Connect& connect,
    std::string_view client_id,
    const BrokerConfig& config,
    const ListenerConfig& listener,
    ConnectTerms& terms
) {
    if (auto refused = check_version(connect.version, listener)) return refused;
    if (connect.will) {
        if (auto refused = check_will(*connect.will, config, listener)) return refused;
    }
    if (auto refused = check_access(connect, client_id, config, listener)) return refused;
    if (auto refused = agree_keep_alive(connect, config.limits.max_keepalive, terms))
        return refused;
    agree_link(connect, config, listener, terms.link);
    terms.session_expiry = wanted_expiry(connect);
    if (config.persistent_client_expiration) {
        const auto cap = static_cast<std::uint32_t>(
            std::min<std::int64_t>(config.persistent_client_expiration->count(), 0xFFFFFFFE)
        );
        if (terms.session_expiry > cap) {
            terms.session_expiry = cap;
            terms.session_expiry_capped = true;
        }
    }
    return std::nullopt;
}

mqtt::PropertyBuilder connack_properties(
    const ConnectTerms& terms, const BrokerConfig& config, std::string_view assigned_client_id
) {
    mqtt::PropertyBuilder properties;
    if (terms.keep_alive_overridden) {
        properties.number(
            PropertyId::server_keep_alive, static_cast<std::uint32_t>(terms.keep_alive.count())
        );
    }
    if (terms.link.alias_maximum_in > 0) {
        properties.number(PropertyId::topic_alias_maximum, terms.link.alias_maximum_in);
    }
    if (!assigned_client_id.empty()) {
        properties.text(PropertyId::assigned_client_identifier, assigned_client_id);
    }
    if (!config.retain_available) properties.number(PropertyId::retain_available, 0);
    if (config.limits.max_packet_size > 0) {
        properties.number(
            PropertyId::maximum_packet_size,
            static_cast<std::uint32_t>(config.limits.max_packet_size)
        );
    }
    if (terms.link.receive_window > 0) {
        properties.number(PropertyId::receive_maximum, terms.link.receive_window);
    }
    if (terms.link.max_qos < 2) properties.number(PropertyId::maximum_qos, terms.link.max_qos);
    if (terms.session_expiry_capped) {
        properties.number(PropertyId::session_expiry_interval, terms.session_expiry);
    }
    return properties;
}

} // namespace mqttd
