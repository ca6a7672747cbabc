// The frame around every tool's main(): catches what ends it, says so on stderr as "tool: error: …"
// and "hint: …", and turns it into an exit status of the one table.
//
//   int main(int argc, char** argv) { return cli::run_tool("mqtt-pub", argc, argv, publish); }
#pragma once

#include "common/cli/console.hpp"
#include "common/cli/exit_code.hpp"

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct ToolContext {
    Console& console;
    std::ostream& out;                  ///< stdout
    std::vector<std::string> arguments; ///< without the program's name
    ExitCodeScheme exit_codes = ExitCodeScheme::midge;
    /// A variable of the environment; nullopt when unset or empty.
    std::function<std::optional<std::string>(const char*)> environment;
};

using ToolMain = Outcome (*)(ToolContext&);

/// Ignores SIGPIPE: a closed output is an error of the write, not the end of the program.
int run_tool(std::string_view name, int argc, char** argv, ToolMain main);

} // namespace cli
