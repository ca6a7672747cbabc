// The option groups that every client tool shares, as rows of its option table, bound to one
// ConnectionSettings, which outlives the table.
#pragma once

#include "common/cli/options/connection_settings.hpp"
#include "common/cli/options/option.hpp"

#include <functional>
#include <string>

namespace cli {

/// Takes the topic of -L; name is the option's, for messages.
using TakeTopic = std::function<void(std::string_view name, const std::string& topic)>;

/// Where to connect, as whom, how patiently.
[[nodiscard]] OptionGroup connection_options(ConnectionSettings& settings, TakeTopic take_topic);
/// Protocol version, clean start, expiry, keep alive, -D.
[[nodiscard]] OptionGroup
session_options(ConnectionSettings& settings, std::string_view version = "311");
[[nodiscard]] OptionGroup will_options(ConnectionSettings& settings);
/// TLS, WebSocket, proxy, SRV.
[[nodiscard]] OptionGroup transport_options(ConnectionSettings& settings);

/// -q; help says what it is of.
[[nodiscard]] Option qos_option(mqtt::Qos& qos, std::string_view help);

} // namespace cli
