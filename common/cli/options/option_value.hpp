// Reads the value of one option. Each throws UsageError that names the option, what is allowed and
// what was got. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct NumberRange {
    std::uint64_t minimum = 0;
    std::uint64_t maximum = UINT64_MAX;
};

/// Decimal digits only.
[[nodiscard]] std::uint64_t
whole_number(std::string_view name, std::string_view value, NumberRange range);

/// "5", "0.25"; at most a millionth of a second is kept.
[[nodiscard]] std::chrono::microseconds
seconds(std::string_view name, std::string_view value, std::chrono::seconds maximum);

/// Seconds after which to give up: more than 0, at most a year; at most a thousandth is kept.
[[nodiscard]] std::chrono::milliseconds time_limit(std::string_view name, std::string_view value);

/// The position of the value in the words separated by |, case does not count.
[[nodiscard]] std::size_t
choice(std::string_view name, std::string_view value, std::string_view words);

/// UTF-8 without U+0000, at most 65535 bytes: what MQTT calls a string.
[[nodiscard]] std::string mqtt_string(std::string_view name, std::string_view value);

/// A topic name to publish to: not empty, no wildcard.
[[nodiscard]] std::string topic_name(std::string_view name, std::string_view value);

/// A topic filter to subscribe to, "$share/group/filter" included.
[[nodiscard]] std::string topic_filter(std::string_view name, std::string_view value);

/// The words of a -D value.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view value);

} // namespace cli
