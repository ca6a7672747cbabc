// The options of a handler as data: rows that the command line and rules files have in common.
#pragma once

#include "tools/mqtt-sub/handlers/rule.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mqtt_sub {

/// A rule while its options are read.
struct RuleDraft {
    Rule rule;
    std::string command;
    bool shell = false;
    std::string command_option; ///< where it was given: "--exec", "rules:3: exec"
    std::string first_option;   ///< the first of the others
};

struct RuleOption {
    char letter = '\0';
    std::string_view name;
    std::string_view value = {}; ///< empty: a flag
    std::string_view help;
    std::string_view preset = {};
    std::string_view choices = {};
    /// name: how the message of an error begins. Throws UsageError.
    void (*apply)(RuleDraft& draft, std::string_view name, std::string_view value);
};

/// exec, shell, exec-timeout, …
[[nodiscard]] std::span<const RuleOption> rule_options();

/// Checks the draft as a whole and makes the rule. Throws UsageError.
[[nodiscard]] Rule finish_rule(RuleDraft draft);

} // namespace mqtt_sub
