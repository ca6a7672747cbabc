// What `mqttd` does, from a command line to an exit status.
#pragma once

#include "tools/mqttd/app/command_line.hpp"

namespace mqttd {

/// Runs until a signal ends it. Everything that went wrong before is on standard error, also that
/// of the daemon of -d.
[[nodiscard]] ExitStatus run_daemon(const CommandLine& command);

} // namespace mqttd
