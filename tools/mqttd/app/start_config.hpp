// The configuration file and the command line together. Main thread, at start, --test-config and
// reload; reads files and may ask a name server.
#pragma once

#include "tools/mqttd/app/command_line.hpp"
#include "tools/mqttd/auth/access_files.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/parse_config.hpp"

namespace mqttd {

/// A configuration without errors, and what its files say.
struct StartConfig {
    BrokerConfig config;
    AccessFiles files;
};

/// For a start: also what only shows on this machine.
[[nodiscard]] ConfigResult read_start_config(const CommandLine& command, const Machine& machine);

/// For a reload. The machine is not asked: the sockets and files of the start are open, and the
/// user that mqttd became need not be able to open them.
[[nodiscard]] ConfigResult read_reload_config(const CommandLine& command);

/// The password and ACL files that it names; what is wrong with them is added to its findings.
[[nodiscard]] AccessFiles read_access(ConfigResult& result);

/// The options of the command line over a parsed file.
void apply_command_line(ConfigResult& result, const CommandLine& command);

} // namespace mqttd
