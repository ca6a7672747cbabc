// The options of how messages are printed, for every tool that prints some.
#pragma once

#include "common/cli/message_printer.hpp"
#include "common/cli/options/option.hpp"

#include <vector>

namespace cli {

/// -v, -F, -N and --pretty. settings outlives them.
[[nodiscard]] std::vector<Option> print_options(PrintSettings& settings);

} // namespace cli
