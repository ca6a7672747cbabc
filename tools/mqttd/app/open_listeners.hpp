// The listening sockets of a configuration. Main thread: at start, as root when it was started so;
// and at reload.
#pragma once

#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "common/net/listen_socket.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mqttd {

struct OpenListener {
    net::ListenSocket socket;
    std::size_t listener = 0; ///< index in BrokerConfig::listeners
};

struct OpenListeners {
    std::vector<OpenListener> sockets;
    std::vector<std::string> skipped; ///< what could not be had and need not be, for the log
};

/// Those of some listeners, by their places in BrokerConfig::listeners: all of them, or the first
/// error with its line of the file, and none.
[[nodiscard]] base::Result<OpenListeners, ConfigError>
open_listeners(const BrokerConfig& config, std::span<const std::size_t> places);

/// What was opened and skipped.
void log_listeners(const OpenListeners& listeners, base::Log& log);

} // namespace mqttd
