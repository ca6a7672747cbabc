// What the broker publishes when a client comes or goes: below
// $SYS/brokers/NODE/clients/ID an event for each, and, when it is wanted, a retained state. Pure:
// makes messages of what it is told.
#pragma once

#include "common/base/clock.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "common/mqtt/spec/reason_code.hpp"
#include "tools/mqttd/config/broker_config.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqttd {

/// A client and its connection. Views live as long as the call.
struct OnlineClient {
    std::string_view id;
    std::string_view user;    ///< empty: none
    std::string_view address; ///< "192.0.2.1:50123"
    mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v311;
    std::uint16_t keep_alive = 0; ///< seconds, as agreed; 0: none
    bool clean_start = true;
    std::uint32_t session_expiry = 0; ///< seconds
    std::uint64_t number =
        0; ///< of the connection; a later one of the same client has a larger one
    base::WallTime since{};
};

/// How a connection ended.
struct Departure {
    /// Of the DISCONNECT packet, or the one that an older client would have been told; nullopt: the
    /// connection broke off.
    std::optional<mqtt::ReasonCode> reason;
    std::string_view text; ///< as in the log
    base::WallTime when{};
};

struct PresenceMessage {
    std::string topic;
    std::string payload;
    bool retain = false;
    std::optional<std::chrono::seconds> life = {}; ///< nullopt: it does not expire
};

/// Nothing when `presence` is off.
[[nodiscard]] std::vector<PresenceMessage>
arrival_messages(const BrokerConfig& config, const OnlineClient& client);
[[nodiscard]] std::vector<PresenceMessage> departure_messages(
    const BrokerConfig& config, const OnlineClient& client, const Departure& departure
);

/// The identifier as one level of a topic: `/`, `+`, `#` and `%` become %2F, %2B, %23 and %25, and
/// an empty one is "%". Every other character is as it was, so that each level stands for one
/// identifier.
[[nodiscard]] std::string topic_level_of(std::string_view client_id);

} // namespace mqttd
