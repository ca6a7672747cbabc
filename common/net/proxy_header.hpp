// The PROXY protocol header (versions 1 and 2) that a load balancer puts in front of a connection's
// bytes to tell who really connected. Sans-io and without state: call it with all bytes received so
// far until it is no longer incomplete; a header is at most a few hundred bytes. The caller decides
// whom it believes.
#pragma once

#include "common/base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace net {

enum class ProxyVersion : std::uint8_t { v1 = 1, v2 = 2 };
enum class ProxyStatus : std::uint8_t { incomplete, invalid, complete };

inline constexpr std::size_t max_proxy_v1_size =
    107; ///< line end included, as the protocol's document has it
inline constexpr std::size_t max_proxy_v2_size = 536;

struct ProxySource {
    std::string address; ///< "192.0.2.1", "2001:db8::1" or the path of a Unix socket
    std::uint16_t port = 0;
};

struct ProxyHeader {
    ProxyStatus status = ProxyStatus::incomplete;
    std::size_t size = 0; ///< bytes taken when complete; what follows belongs to the next layer
    std::optional<ProxySource>
        source; ///< empty: a check of the proxy itself, or unknown: the socket's peer counts
    bool used_tls = false;  ///< the client between itself and the proxy; version 2 only
    const char* error = ""; ///< what is wrong when invalid
};

/// Reads a header of exactly this version. Invalid as soon as a byte cannot belong to one, or the
/// size limit is passed; never incomplete with max_proxy_v1_size or max_proxy_v2_size bytes.
[[nodiscard]] ProxyHeader parse_proxy_header(base::Bytes received, ProxyVersion version);

} // namespace net
