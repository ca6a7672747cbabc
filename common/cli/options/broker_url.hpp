// The address of a broker in one word, as -L takes it:
// mqtt://[user[:password]@]host[:port][/topic], mqtts:// with TLS, and ws:// and wss:// with the
// path and query of a WebSocket after the host. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

struct BrokerUrl {
    bool tls = false;
    bool websocket = false;
    std::string host; ///< without the brackets of an IPv6 address
    std::optional<std::uint16_t> port;
    std::optional<std::string> user_name;
    std::optional<std::string> password;
    std::optional<std::string> topic;
    std::optional<std::string> path; ///< of the WebSocket: with the query, as it stands in the URL
};

/// User name, password and topic are percent-decoded; an '@' in the password may stand for itself.
/// Throws UsageError that begins with name, never showing the password.
[[nodiscard]] BrokerUrl parse_broker_url(std::string_view name, std::string_view url);

} // namespace cli
