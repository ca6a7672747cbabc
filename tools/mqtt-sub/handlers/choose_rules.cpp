#include "tools/mqtt-sub/handlers/choose_rules.hpp"

#include "common/mqtt/topic/topic.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace mqtt_sub {

namespace {

/// Without the $share/group/ of a shared subscription, which its messages do not show.
std::string_view plain_filter(std::string_view filter) {
    const auto shared = mqtt::topic::parse_shared(filter);
    return shared ? shared->filter : filter;
}

/// The narrowest filter of the rule that matches; nullopt: none does.
std::optional<std::string_view> matching_filter(const Rule& rule, const mqtt::Publish& packet) {
    if (!rule.content_type.empty()) {
        const auto type = packet.properties.text(mqtt::PropertyId::content_type);
        if (type != rule.content_type) return std::nullopt;
    }
    if (rule.filters.empty()) return "";
    std::optional<std::string_view> narrowest;
    for (const std::string& filter : rule.filters) {
        if (!mqtt::topic::matches(plain_filter(filter), packet.topic)) continue;
        if (!narrowest || mqtt::topic::covers(plain_filter(*narrowest), plain_filter(filter)))
            narrowest = filter;
    }
    return narrowest;
}

bool is_narrower(std::string_view filter, std::string_view than) {
    const std::string_view inner = plain_filter(filter);
    const std::string_view outer = plain_filter(than);
    return inner != outer && mqtt::topic::covers(outer, inner);
}

} // namespace

std::vector<ChosenRule>
choose_rules(const std::vector<Rule>& rules, const mqtt::Publish& packet, Match match) {
    std::vector<ChosenRule> chosen;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto filter = matching_filter(rules[i], packet);
        if (!filter) continue;
        if (match == Match::all || chosen.empty()) {
            chosen.push_back({i, *filter});
        } else if (is_narrower(*filter, chosen.front().filter)) {
            chosen.front() = {i, *filter};
        }
    }
    return chosen;
}

void keep_rules_of(std::vector<ChosenRule>& chosen, const std::vector<std::string_view>& filters) {
    std::erase_if(chosen, [&filters](const ChosenRule& rule) {
        const bool is_one = std::find(filters.begin(), filters.end(), rule.filter) != filters.end();
        return !rule.filter.empty() && !is_one;
    });
}

std::vector<std::string> filters_of(const std::vector<Rule>& rules) {
    std::vector<std::string> filters;
    for (const Rule& rule : rules) {
        for (const std::string& filter : rule.filters) {
            if (std::find(filters.begin(), filters.end(), filter) == filters.end())
                filters.push_back(filter);
        }
    }
    return filters;
}

} // namespace mqtt_sub
