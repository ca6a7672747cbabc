// The listening sockets of a configuration. Main thread, at start; as root when it was started so.
#pragma once

#include "common/base/log.hpp"
#include "common/net/listen_socket.hpp"
#include "tools/mqttd/config/broker_config.hpp"

#include <cstddef>
#include <vector>

namespace mqttd {

struct OpenListener {
    net::ListenSocket socket;
    std::size_t listener = 0; ///< index in BrokerConfig::listeners
};

/// All of them, or a StartError with the line of the file. What was opened or skipped is logged.
[[nodiscard]] std::vector<OpenListener> open_listeners(const BrokerConfig& config, base::Log& log);

} // namespace mqttd
