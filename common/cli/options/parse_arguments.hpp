// Reads a command line against an option table: -q 1, -q1, -rq 1, --qos 1 and --qos=1. The word
// after an option that takes a value is always its value, whatever it looks like. Pure.
#pragma once

#include "common/cli/options/option.hpp"

#include <string>
#include <vector>

namespace cli {

/// The options in the order of the command line. Throws UsageError for an unknown option, a missing
/// value and a word that belongs to no option. The result points into the table.
[[nodiscard]] std::vector<Given>
parse_arguments(const OptionTable& table, const std::vector<std::string>& arguments);

} // namespace cli
