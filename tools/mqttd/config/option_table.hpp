// The option table: every option that mosquitto 2.1 knows and those of our own. A new option is one
// row in one of the options_*.cpp files. Immutable; any thread.
#pragma once

#include "tools/mqttd/config/option.hpp"

#include <span>
#include <string_view>

namespace mqttd {

/// All rows, in the order of the manual page: general, limits, protocol, persistence, logins and
/// access, logging, listeners, TLS, WebSocket, addresses and proxies, not built.
[[nodiscard]] std::span<const Option> option_table();

/// By name, alias or prefix; nullptr when there is no such option.
[[nodiscard]] const Option* find_option(std::string_view name);

/// The known name that looks most like a mistyped one; empty when none is close.
[[nodiscard]] std::string_view similar_option(std::string_view name);

/// The parts of the table, one a file.
[[nodiscard]] std::span<const Option> general_options();
[[nodiscard]] std::span<const Option> limit_options();
[[nodiscard]] std::span<const Option> protocol_options();
[[nodiscard]] std::span<const Option> persistence_options();
[[nodiscard]] std::span<const Option> auth_options();
[[nodiscard]] std::span<const Option> logging_options();
[[nodiscard]] std::span<const Option> presence_options();
[[nodiscard]] std::span<const Option> listener_options();
[[nodiscard]] std::span<const Option> tls_options();
[[nodiscard]] std::span<const Option> websocket_options();
[[nodiscard]] std::span<const Option> network_options();
[[nodiscard]] std::span<const Option> options_not_built();

} // namespace mqttd
