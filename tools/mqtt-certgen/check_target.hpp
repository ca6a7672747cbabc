// The listener that check looks at: HOST, HOST:PORT, mqtts://HOST:PORT or wss://HOST:PORT/PATH.
// Pure.
#pragma once

#include <cstdint>
#include <string>

namespace mqtt_certgen {

struct CheckTarget {
    std::string host; ///< without the brackets of an IPv6 address
    std::uint16_t port = 0;
    bool websocket = false;
    std::string path; ///< of a WebSocket

    /// "broker:8883", "[::1]:8883"
    [[nodiscard]] std::string text() const;
};

/// Throws UsageError.
[[nodiscard]] CheckTarget parse_target(const std::string& word);

} // namespace mqtt_certgen
