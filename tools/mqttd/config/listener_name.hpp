// What a listener is called: in messages, and in the records of sessions, where it is looked for
// again after a change of the configuration.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"

#include <string>

namespace mqttd {

/// "listener 1883 127.0.0.1", "listener 0 /run/mqttd.sock"
[[nodiscard]] std::string name_of(const ListenerConfig& listener);

} // namespace mqttd
