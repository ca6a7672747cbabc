// Which rules a message is for. Pure.
#pragma once

#include "common/mqtt/packet/packets.hpp"
#include "tools/mqtt-sub/handlers/rule.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_sub {

enum class Match : std::uint8_t {
    all,  ///< every rule that matches
    best, ///< the one with the narrowest filter; of several that cannot be compared, the first
};

struct ChosenRule {
    std::size_t position = 0; ///< in the list
    std::string_view filter;  ///< its narrowest one that matches, as it is subscribed to; a rule
                              ///< without filters: empty

    bool operator==(const ChosenRule&) const = default;
};

/// In the order of the list. Views are of the rules.
[[nodiscard]] std::vector<ChosenRule>
choose_rules(const std::vector<Rule>& rules, const mqtt::Publish& packet, Match match);

/// Where subscriptions overlap, a broker may send a copy of a message for each. This one is for
/// these filters: leaves the rules whose filter is among them. [MQTT-3.3.4-3]
void keep_rules_of(std::vector<ChosenRule>& chosen, const std::vector<std::string_view>& filters);

/// Of all rules, each once.
[[nodiscard]] std::vector<std::string> filters_of(const std::vector<Rule>& rules);

} // namespace mqtt_sub
