// The file of --rules: a section for each rule, "[name]", with an option a line, and before the
// first one what holds for all. Pure, but for reading the file.
#pragma once

#include "tools/mqtt-sub/handlers/choose_rules.hpp"
#include "tools/mqtt-sub/handlers/rule.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mqtt_sub {

struct RulesFile {
    std::vector<Rule> rules; ///< at least one, each with a filter
    Match match = Match::all;
};

/// text: of the file; path: for messages, which begin "PATH:LINE: ". Throws UsageError.
[[nodiscard]] RulesFile parse_rules(std::string_view text, const std::string& path);

/// Throws UsageError, and ToolError when the file cannot be read.
[[nodiscard]] RulesFile read_rules(const std::string& path);

} // namespace mqtt_sub
