// argv of mqttd to values, and --help and --version. Beside main.cpp because only the program, not
// its library, knows the command-line parser.
#pragma once

#include "tools/mqttd/app/command_line.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mqttd {

struct ParsedCommandLine {
    CommandLine command;
    std::optional<ExitStatus> end; ///< help or an error was written; the program ends with this
};

/// arguments: without the name of the program.
[[nodiscard]] ParsedCommandLine parse_command_line(const std::vector<std::string>& arguments);

} // namespace mqttd
