// Where a client connects to, and from where: a host and port or a Unix socket. A plain value,
// without Asio, so that option parsers can fill it in. Name look-up is the connector's.
#pragma once

#include <cstdint>
#include <string>

namespace net {

struct Destination {
    std::string host = "localhost"; ///< a name or an address; no brackets around IPv6
    std::uint16_t port = 1883;
    std::string unix_path;    ///< when not empty, a Unix socket instead of host and port
    std::string bind_address; ///< local address to connect from; empty = the system's choice
    bool no_delay = false;    ///< TCP_NODELAY
};

/// "localhost:1883", "[::1]:1883" or the path of the Unix socket: for messages.
[[nodiscard]] std::string to_text(const Destination& destination);

} // namespace net
