#include "common/mqtt/topic/topic.hpp"

#include "common/mqtt/spec/protocol.hpp"
#include "common/mqtt/topic/levels.hpp"

#include <algorithm>

namespace mqtt::topic {

namespace {

constexpr std::string_view share_prefix = "$share/";
constexpr std::string_view wildcards = "+#";

bool is_valid_text(std::string_view text) {
    return !text.empty() && text.size() <= max_string_length && text.find('\0') == text.npos;
}

/// One pass over the filter: every wildcard stands alone in its level, '#' only in the last.
bool wildcards_in_place(std::string_view filter) {
    for (std::size_t at = filter.find_first_of(wildcards); at != filter.npos;
         at = filter.find_first_of(wildcards, at + 1)) {
        const bool is_last = at + 1 == filter.size();
        if (at != 0 && filter[at - 1] != '/') return false;
        if (!is_last && (filter[at] == '#' || filter[at + 1] != '/')) return false;
    }
    return true;
}

} // namespace

bool is_valid_name(std::string_view topic) {
    return is_valid_text(topic) && !has_wildcard(topic);
}

bool is_valid_filter(std::string_view filter) {
    return is_valid_text(filter) && wildcards_in_place(filter);
}

bool has_wildcard(std::string_view filter) {
    return filter.find_first_of(wildcards) != filter.npos;
}

std::size_t count_levels(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count(text, '/')) + 1;
}

bool matches(std::string_view filter, std::string_view topic) {
    if (topic.starts_with('$') && !filter.starts_with('$')) return false; // [MQTT-4.7.2-1]
    Levels wanted{filter};
    Levels given{topic};
    for (; !wanted.done(); wanted.advance(), given.advance()) {
        if (wanted.level() == "#") return true; // the parent level included [MQTT-4.7.1-2]
        if (given.done()) return false;
        if (wanted.level() != "+" && wanted.level() != given.level()) return false;
    }
    return given.done();
}

bool covers(std::string_view outer, std::string_view inner) {
    // A filter that begins with a wildcard never matches a '$' topic. [MQTT-4.7.2-1]
    if (inner.starts_with('$') && !outer.starts_with('$')) return false;
    Levels wide{outer};
    Levels narrow{inner};
    for (; !wide.done(); wide.advance(), narrow.advance()) {
        if (wide.level() == "#") return true;
        if (narrow.done() || narrow.level() == "#") return false;
        if (wide.level() != "+" && wide.level() != narrow.level()) return false;
    }
    return narrow.done();
}

bool is_shared(std::string_view filter) {
    return filter.starts_with(share_prefix);
}

std::optional<SharedFilter> parse_shared(std::string_view filter) {
    if (!is_shared(filter)) return std::nullopt;
    filter.remove_prefix(share_prefix.size());
    const std::size_t slash = filter.find('/');
    if (slash == filter.npos || slash == 0) return std::nullopt; // [MQTT-4.8.2-1]
    const SharedFilter parts{filter.substr(0, slash), filter.substr(slash + 1)};
    if (has_wildcard(parts.group)) return std::nullopt; // [MQTT-4.8.2-1]
    if (parts.group.find('\0') != filter.npos || !is_valid_filter(parts.filter)) {
        return std::nullopt; // [MQTT-4.8.2-2]
    }
    return parts;
}

} // namespace mqtt::topic
