// What --debug says about a packet, the same in every tool.
#pragma once

#include "common/client/engine/engine_events.hpp"

#include <string>

namespace cli {

/// "sent PUBLISH (d0, q1, r0, m1, 'a/b', 5 bytes)"
[[nodiscard]] std::string trace_line(const client::engine::PacketTrace& trace);

} // namespace cli
