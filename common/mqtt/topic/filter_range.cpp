#include "common/mqtt/topic/filter_range.hpp"

#include "common/mqtt/topic/levels.hpp"
#include "common/mqtt/topic/topic_order.hpp"

namespace mqtt::topic {

std::string_view FilterRange::first_candidate() const {
    const std::size_t wildcard = filter_.find_first_of("+#");
    if (wildcard == filter_.npos) return filter_;
    return filter_.substr(0, wildcard == 0 ? 0 : wildcard - 1);
}

/// Past prefix and every topic below it: no valid character sorts between '/' and U+0001.
FilterRange::Step FilterRange::skip_below(std::string_view prefix) {
    target_.assign(prefix).push_back('\x01');
    return Step::seek;
}

FilterRange::Step FilterRange::skip_to(std::string_view prefix, std::string_view level) {
    target_.assign(prefix).append(level);
    return Step::seek;
}

FilterRange::Step FilterRange::examine(std::string_view topic) {
    Levels wanted{filter_};
    Levels given{topic};
    std::size_t begin = 0;      // of the level in the topic
    std::size_t after_plus = 0; // end of the last level that a '+' took
    bool plus_seen = false;
    for (; !wanted.done(); wanted.advance(), given.advance()) {
        const std::string_view level = wanted.level();
        const bool is_wildcard = level == "+" || level == "#";
        if (begin == 0 && is_wildcard && topic.starts_with('$')) {
            return skip_below(given.level()); // [MQTT-4.7.2-1]
        }
        if (level == "#") return Step::matches;
        if (given.done()) return Step::go_on;
        const std::size_t end = begin + given.level().size();
        if (level == "+") {
            plus_seen = true;
            after_plus = end;
        } else if (const auto order = compare_topics(given.level(), level); std::is_lt(order)) {
            return skip_to(topic.substr(0, begin), level);
        } else if (std::is_gt(order)) {
            return plus_seen ? skip_below(topic.substr(0, after_plus)) : Step::end;
        }
        begin = end + 1;
    }
    if (given.done()) return Step::matches;
    return plus_seen ? skip_below(topic.substr(0, after_plus)) : Step::end;
}

} // namespace mqtt::topic
