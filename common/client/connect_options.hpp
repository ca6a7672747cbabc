// Everything a client needs to connect and to stay connected: where, as whom, how patiently. A
// plain value filled in by option parsers (or a bridge's configuration) and copied into the Client.
#pragma once

#include "common/client/engine/session_options.hpp"
#include "common/net/destination.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace client {

/// When to connect again, and after how long: first, twice first, … up to most, each drawn between
/// half and all of it, so that many clients do not come back in the same moment. The series starts
/// over with each successful CONNACK.
struct RetryPolicy {
    bool retry_first = false; ///< also before the first CONNACK; a refusal is final even then,
                              ///< unless the server is only busy or unavailable
    bool reconnect = true;    ///< after a connection that had its CONNACK
    std::chrono::milliseconds first{1000};
    std::chrono::milliseconds most{30000};
    std::optional<std::uint32_t> attempts{}; ///< in a row without a CONNACK; nullopt = no end
};

struct ConnectOptions {
    net::Destination destination; ///< host and port, or Unix socket; bind address; no delay
    engine::SessionOptions session;
    RetryPolicy retry;
    std::chrono::milliseconds connect_timeout{30000}; ///< look-up, network connection and CONNACK
    std::chrono::milliseconds disconnect_timeout{
        5000}; ///< to write what is left, then for the server to close
};

} // namespace client
