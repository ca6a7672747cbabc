// Words for people: reasons, packets. Whatever a peer sent comes out escaped. Pure functions.
#pragma once

#include "common/mqtt/packet/packets.hpp"

#include <string>
#include <string_view>

namespace client::engine {

/// "not authorized", or with a reason string of the peer "not authorized: ask the owner".
[[nodiscard]] std::string in_words(mqtt::ReasonCode reason, const mqtt::PropertyList& properties);

/// With a small first letter, unless the first word is an abbreviation as in "QoS not supported".
[[nodiscard]] std::string lower_first(std::string_view text);

/// What a debug line says about a packet: `d0, q1, r0, m5, 'a/b', 10 bytes`; empty when there is
/// nothing to say.
[[nodiscard]] std::string describe(const mqtt::Packet& packet);

} // namespace client::engine
