// Takes the words that belong to no option out of a command line, for tools that have some: files,
// users. What is left is for read_options(). Pure.
#pragma once

#include "common/cli/options/option.hpp"

#include <string>
#include <vector>

namespace cli {

/// The words in their order; all that follow "--" are words. table: with the general options, so
/// that the value of an option is not taken for a word.
[[nodiscard]] std::vector<std::string>
take_words(const OptionTable& table, std::vector<std::string>& arguments);

} // namespace cli
