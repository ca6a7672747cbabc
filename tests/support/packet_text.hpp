// A packet as one line of text, complete and always the same: what the test vectors compare and
// what failures print. For tests only; the words a user sees are made elsewhere.
#pragma once

#include "common/mqtt/packet/packets.hpp"

#include <string>

namespace support {

/// `PUBLISH qos=1 id=10 topic="a/b" [content-type="text"] payload="hello"`: what is absent, false
/// or empty is left out.
[[nodiscard]] std::string packet_text(const mqtt::Packet& packet);

} // namespace support
