// What a listener is called where it has to be found again after a change of the configuration: in
// the records of sessions.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"

#include <string>

namespace mqttd {

/// "1883 127.0.0.1", "8883" for all addresses, or the path of a Unix socket.
[[nodiscard]] inline std::string name_of(const ListenerConfig& listener) {
    if (!listener.unix_path.empty()) return listener.unix_path;
    std::string name = std::to_string(listener.port);
    if (!listener.address.empty()) name += ' ' + listener.address;
    return name;
}

} // namespace mqttd
