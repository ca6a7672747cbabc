// One listening socket, shared by all shards: each waits for it, the kernel wakes one. Immutable
// after the start but for the counts in its ListenerState. Owned by Broker.
#pragma once

#include "common/net/listen_socket.hpp"
#include "tools/mqttd/connection/connection.hpp"
#include "tools/mqttd/connection/listener_state.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace mqttd {

struct Acceptor {
    net::ListenSocket socket;
    std::shared_ptr<ListenerState> listener;
};

enum class AcceptStatus : std::uint8_t {
    accepted,
    nothing_waiting,
    try_again, ///< that one was gone before it was taken, or a signal came
    out_of_descriptors,
};

struct Accepted {
    AcceptStatus status = AcceptStatus::nothing_waiting;
    net::FileDescriptor fd; ///< non-blocking, closed on exec
    Peer peer;
    int error = 0; ///< errno
};

/// Takes one waiting connection. Any shard thread.
[[nodiscard]] Accepted accept_connection(const net::ListenSocket& socket);

} // namespace mqttd
