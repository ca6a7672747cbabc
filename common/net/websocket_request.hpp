// The HTTP request with which a client begins a WebSocket connection, and what it makes of the
// answer. Pure; Beast's parser reads the answer. [RFC 6455 4.1] [MQTT5 6]
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/transport_trouble.hpp"
#include "common/net/destination.hpp"

#include <string>
#include <string_view>

namespace net {

/// host: of the field Host, "broker.example:8080". key: base64 of 16 bytes. A field of the target
/// takes the place of the same field that would be sent anyway.
[[nodiscard]] std::string
upgrade_request(const WebSocketTarget& target, std::string_view host, std::string_view key);

struct UpgradeVerdict {
    std::string error; ///< empty: it is a WebSocket now; what the server sent is escaped
    base::TransportTrouble trouble = base::TransportTrouble::none;
};

/// head: the answer up to and with the empty line.
[[nodiscard]] UpgradeVerdict check_upgrade_answer(base::Bytes head, std::string_view key);

} // namespace net
