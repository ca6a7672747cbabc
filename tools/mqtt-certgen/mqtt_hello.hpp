// One MQTT CONNECT over a live connection, raw or in a WebSocket, and what the broker says to it.
// Blocks. One thread.
#pragma once

#include "common/base/entropy.hpp"
#include "tools/mqtt-certgen/check_target.hpp"
#include "tools/mqtt-certgen/live_connection.hpp"

#include <string>
#include <string_view>

namespace mqtt_certgen {

struct HelloSettings {
    std::string user_name; ///< empty: none
    std::string_view password;
};

struct HelloAnswer {
    bool accepted = false;
    std::string words; ///< "accepted", "Not authorized"
};

/// Says DISCONNECT when it was accepted. Throws ConnectionFailure when there is no answer.
[[nodiscard]] HelloAnswer say_hello(
    LiveConnection& connection,
    const CheckTarget& target,
    const HelloSettings& settings,
    base::Entropy& entropy
);

} // namespace mqtt_certgen
