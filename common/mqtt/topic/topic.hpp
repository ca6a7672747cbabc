// Topic names and topic filters: what is valid, what matches. Pure functions on UTF-8 already
// checked by the decoder.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace mqtt::topic {

/// Not empty, at most 65535 bytes, no wildcard, no U+0000. [MQTT-4.7.1-1] [MQTT-4.7.3-1]
/// [MQTT-4.7.3-2] [MQTT-3.3.2-2]
[[nodiscard]] bool is_valid_name(std::string_view topic);

/// '#' only as the whole last level, '+' only as a whole level. [MQTT-4.7.1-1] [MQTT-4.7.1-2]
[[nodiscard]] bool is_valid_filter(std::string_view filter);

[[nodiscard]] bool has_wildcard(std::string_view filter);

/// Levels are separated by '/'; an empty text has one.
[[nodiscard]] std::size_t count_levels(std::string_view text);

/// Whether a valid filter (not a shared one) matches a valid name, `$` rule included.
/// [MQTT-4.7.2-1]
[[nodiscard]] bool matches(std::string_view filter, std::string_view topic);

/// Whether every topic that inner matches is matched by outer: for access rules on filters.
[[nodiscard]] bool covers(std::string_view outer, std::string_view inner);

struct SharedFilter {
    std::string_view group;
    std::string_view filter;
};

/// Whether it begins with "$share/".
[[nodiscard]] bool is_shared(std::string_view filter);

/// The parts of "$share/group/filter"; nullopt when the group is empty or has a wildcard, or the
/// filter is missing or invalid. [MQTT-4.8.2-1] [MQTT-4.8.2-2]
[[nodiscard]] std::optional<SharedFilter> parse_shared(std::string_view filter);

} // namespace mqtt::topic
