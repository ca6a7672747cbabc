// Scenario files: groups of clients in sections, one setting a line.
//
//   # what a plant does
//   [sensors]
//   publishers = 100
//   topic = plant/{i}/temperature
//   rate = 500
//   [dashboards]
//   subscribers = 5
//   filter = plant/+/temperature
//
// Pure: text in, groups out.
#pragma once

#include "tools/mqtt-bench/plan/plan.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// "FILE:LINE: what is wrong", with what to do in the hint.
class ScenarioError : public std::runtime_error {
public:
    ScenarioError(const std::string& what, std::string hint_text)
        : std::runtime_error(what), hint(std::move(hint_text)) {}

    std::string hint;
};

/// name: of the file, for messages. At least one group comes out. Throws ScenarioError.
[[nodiscard]] std::vector<Group> parse_scenario(std::string_view text, const std::string& name);

} // namespace bench
