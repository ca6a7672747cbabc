// From a command line to a filled table: the file of default options, then the command line, and
// the options that every tool has. Called once, at the start of a tool's main.
#pragma once

#include "common/cli/options/help.hpp"
#include "common/cli/options/option.hpp"
#include "common/cli/run_tool.hpp"

namespace cli {

enum class NextStep : std::uint8_t {
    run,
    leave, ///< help or the version was asked for and is printed
};

/// Applies every option that is given to the table. Throws UsageError.
[[nodiscard]] NextStep read_options(ToolContext& context, const ToolText& text, OptionTable table);

/// -o, -d, --quiet, --color, --help and their like: what read_options() adds to every table. For
/// manual pages and completions.
[[nodiscard]] OptionGroup general_options(ToolContext& context);

} // namespace cli
