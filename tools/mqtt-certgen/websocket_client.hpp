// As much of a WebSocket client as one MQTT CONNECT needs: the upgrade, and one binary frame each
// way. RFC 6455. Pure.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/entropy.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mqtt_certgen {

/// 16 random bytes in base64.
[[nodiscard]] std::string websocket_key(base::Entropy& entropy);

/// host: as the Host header has it, with the port when it is not the usual one.
[[nodiscard]] std::string
upgrade_request(const std::string& host, const std::string& path, const std::string& key);

/// head: the response up to the empty line. Empty: the server speaks WebSocket and MQTT now; else
/// why not.
[[nodiscard]] std::string problem_of_upgrade(std::string_view head, const std::string& key);

/// One whole message, masked as a client must. At most 65535 bytes.
[[nodiscard]] base::ByteBuffer to_frame(base::Bytes message, base::Entropy& entropy);

struct FrameText {
    std::size_t size = 0; ///< of the frame in the input; 0: it is not complete yet
    base::Bytes message;  ///< of a binary frame, into the input
    std::string problem;  ///< what else it is
};

[[nodiscard]] FrameText from_frame(base::Bytes input);

} // namespace mqtt_certgen
