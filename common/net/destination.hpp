// Where a client connects to, from where, and what lies between the socket and MQTT: a host and
// port, a Unix socket or what an SRV record names; a proxy, TLS, a WebSocket. A plain value,
// without Asio, so that option parsers can fill it in. Name look-up is the connector's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crypto {
class TlsContext;
} // namespace crypto

namespace net {

/// A host, by name or address, and a port.
struct HostPort {
    std::string host{}; ///< no brackets around IPv6
    std::uint16_t port = 0;
};

/// A SOCKS5 proxy, which looks up the name of the server. [RFC 1928] [RFC 1929]
struct SocksProxy {
    HostPort address{.port = 1080};
    std::optional<std::string> user_name{}; ///< 1 to 255 bytes
    std::string password{};                 ///< at most 255 bytes
};

/// What a WebSocket connection asks for.
struct WebSocketTarget {
    std::string path = "/mqtt"; ///< with the query, as it stands in the request
    std::vector<std::pair<std::string, std::string>> headers{}; ///< name, value
};

/// The broker is found by the SRV record of Destination::host. [RFC 2782]
struct SrvSource {
    std::optional<HostPort> name_server{}; ///< an IPv4 address; nullopt: the system's
};

struct Destination {
    std::string host = "localhost"; ///< a name or an address; no brackets around IPv6
    std::uint16_t port = 1883;
    std::string unix_path{};    ///< when not empty, a Unix socket instead of host and port
    std::string bind_address{}; ///< local address to connect from; empty = the system's choice
    bool no_delay = false;      ///< TCP_NODELAY
    std::optional<SrvSource> srv{};
    std::optional<SocksProxy> proxy{};
    std::shared_ptr<const crypto::TlsContext> tls{}; ///< nullptr: none
    std::optional<WebSocketTarget> websocket{};
};

/// "localhost:1883", "[::1]:1883"
[[nodiscard]] std::string to_text(const HostPort& address);

/// The address, the path of the Unix socket or the name of the SRV record: for messages.
[[nodiscard]] std::string to_text(const Destination& destination);

/// "_mqtt._tcp.example.org", "_secure-mqtt._tcp.example.org" with TLS.
[[nodiscard]] std::string srv_name(const Destination& destination);

} // namespace net
