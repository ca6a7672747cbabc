// One MQTT connection of a worker: its socket, the bytes in both directions that could not move
// yet, and its halves. Owned by its worker, on its thread.
#pragma once

#include "tools/mqtt-bench/load/output.hpp"
#include "tools/mqtt-bench/load/publisher.hpp"
#include "tools/mqtt-bench/load/subscriber.hpp"
#include "tools/mqtt-bench/plan/roster.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace bench {

enum class ClientState : std::uint8_t {
    closed,
    connecting,  ///< the socket is
    handshaking, ///< CONNECT is on its way
    online,
};

struct Client {
    const Member* member = nullptr;
    int fd = -1;
    ClientState state = ClientState::closed;
    bool dirty = false;          ///< is in the worker's list of those with output
    bool waits_for_room = false; ///< the socket took no more
    bool clean_start = true;
    std::uint64_t opened_at = 0; ///< nanoseconds
    Output out;
    std::vector<std::uint8_t> partial; ///< the beginning of a packet
    std::unique_ptr<Publisher> publisher;
    std::unique_ptr<Subscriber> subscriber;
};

} // namespace bench
