// Which addresses may connect to a listener: allow_from and deny_from. Pure; any thread.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"

#include <string>
#include <string_view>

namespace mqttd {

/// Why this address may not; empty: it may.
[[nodiscard]] std::string_view
why_not_from(const ListenerConfig& listener, const std::string& address);

/// Whether somebody in between may tell the address of the client later.
[[nodiscard]] bool has_proxies(const ListenerConfig& listener);

} // namespace mqttd
