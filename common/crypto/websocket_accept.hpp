// The answer to Sec-WebSocket-Key: proof that the other side speaks WebSocket, no secret. Pure.
// [RFC 6455 4.2.2]
#pragma once

#include <string>
#include <string_view>

namespace crypto {

/// The value of Sec-WebSocket-Accept for this key.
[[nodiscard]] std::string websocket_accept(std::string_view key);

/// Whether it is the base64 text of 16 bytes, as a client has to send.
[[nodiscard]] bool is_websocket_key(std::string_view text);

} // namespace crypto
