// Prepares a command line for the option parser, which can neither take an empty value after '='
// nor a number of words that depends on one of them. Pure.
#pragma once

#include "common/cli/options/option.hpp"

#include <string>
#include <vector>

namespace cli {

/// --name=value becomes two words, and the three or four words of a -D become one, with
/// word_separator between them. Throws UsageError when words of a -D are missing.
[[nodiscard]] std::vector<std::string>
arrange_words(const OptionTable& table, const std::vector<std::string>& arguments);

} // namespace cli
