// The texts of --help and --help-all, made from the option table. --help fits a screen of 24 lines
// and 80 columns; --help-all says everything. Pure.
#pragma once

#include "common/cli/options/option.hpp"

#include <string>
#include <string_view>

namespace cli {

/// What a tool says about itself.
struct ToolText {
    std::string_view name;          ///< "mqtt-pub"
    std::string_view synopsis;      ///< after the name: "-t TOPIC -m MESSAGE [option...]"
    std::string_view purpose;       ///< one sentence
    std::string_view commands = {}; ///< of a tool that has some: lines
    std::string_view notes;         ///< more for --help-all: lines
    std::string_view examples;      ///< lines, each a command that works
};

[[nodiscard]] std::string short_help(const ToolText& text, const OptionTable& table);
[[nodiscard]] std::string full_help(const ToolText& text, const OptionTable& table);

/// "-q, --qos N"
[[nodiscard]] std::string names_of(const Option& option);

} // namespace cli
