// From what the options of TLS, WebSocket, proxy and SRV say to a destination that a client can
// use: defaults that depend on each other, contradictions, and the files that TLS needs.
#pragma once

#include "common/cli/options/connection_settings.hpp"

namespace cli {

/// Fills to in, which has the host or Unix socket. Throws UsageError when options contradict each
/// other, ToolError for files that cannot be used. Asks for the pass phrase of an encrypted key.
void finish_transport(ConnectionSettings& settings, net::Destination& to);

} // namespace cli
