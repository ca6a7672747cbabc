// Puts on a new connection's socket what its listener has between socket and MQTT. Reads the
// configuration only. Shard thread.
#pragma once

#include "tools/mqttd/connection/transport.hpp"
#include "tools/mqttd/context/shard_context.hpp"

#include <cstddef>
#include <memory>

namespace mqttd {

/// The socket itself when the listener speaks plain MQTT.
[[nodiscard]] std::unique_ptr<Transport> with_filters(
    std::unique_ptr<Transport> socket,
    const ShardContext& context,
    std::size_t listener,
    const Peer& peer
);

} // namespace mqttd
