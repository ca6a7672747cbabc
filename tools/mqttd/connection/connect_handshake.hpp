// The decision about a CONNECT packet: which client it is, and either the terms of the connection
// or the reason why not. Pure: reads the packet and the configuration, changes nothing.
// [MQTT5 3.1.4]
#pragma once

#include "common/mqtt/packet/packets.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/session/link.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mqttd {

struct ConnectRefusal {
    mqtt::ReasonCode reason = mqtt::ReasonCode::unspecified_error;
    std::string text; ///< for the log, and the reason string of 5.0
};

struct ConnectTerms {
    LinkTerms link;
    std::uint32_t session_expiry = 0; ///< seconds
    bool session_expiry_capped = false;
    std::chrono::seconds keep_alive{0};
    bool keep_alive_overridden = false; ///< Server Keep Alive is sent
};

/// The client identifier that the connection will have; empty: the broker has to assign one. A
/// refusal when the packet gives none where it must. The home shard follows from it.
[[nodiscard]] std::optional<ConnectRefusal>
identify(const mqtt::Connect& connect, const ListenerConfig& listener, std::string_view& client_id);

/// An empty name is none, as in mosquitto.
[[nodiscard]] bool has_user_name(const mqtt::Connect& connect);

/// Whether a client may be connected to the listener at all, apart from the check of its password:
/// who has no user name, whose identifier begins with what. Asked again after a reload.
[[nodiscard]] std::optional<ConnectRefusal> check_entry(
    bool has_user_name,
    std::string_view client_id,
    const BrokerConfig& config,
    const ListenerConfig& listener
);

/// Everything else that can be said without looking at sessions.
[[nodiscard]] std::optional<ConnectRefusal> negotiate(
    const mqtt::Connect& connect,
    std::string_view client_id,
    const BrokerConfig& config,
    const ListenerConfig& listener,
    ConnectTerms& terms
);

/// The properties of a successful CONNACK, in the order that mosquitto sends them. [MQTT5 3.2.2.3]
[[nodiscard]] mqtt::PropertyBuilder connack_properties(
    const ConnectTerms& terms, const BrokerConfig& config, std::string_view assigned_client_id
);

} // namespace mqttd
