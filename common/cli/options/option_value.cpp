#include "common/cli/options/option_value.hpp"

#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "common/mqtt/topic/topic.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace cli {

namespace {

constexpr std::size_t micro_digits = 6;

[[noreturn]] void
refuse(std::string_view name, const std::string& allowed, std::string_view value) {
    throw UsageError(
        std::string(name) + " must be " + allowed + " (got " + base::in_quotes(value) + ")"
    );
}

std::string describe(NumberRange range) {
    std::string text = "a whole number from " + std::to_string(range.minimum);
    if (range.maximum != UINT64_MAX) text += " to " + std::to_string(range.maximum);
    return text;
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "0, 1 or 2"
std::string listed(std::string_view words) {
    std::string text;
    while (true) {
        const std::size_t bar = words.find('|');
        text += words.substr(0, bar);
        if (bar == std::string_view::npos) return text;
        words.remove_prefix(bar + 1);
        text += words.find('|') == std::string_view::npos ? " or " : ", ";
    }
}

bool same_word(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    });
}

} // namespace

std::uint64_t whole_number(std::string_view name, std::string_view value, NumberRange range) {
    std::uint64_t number = 0;
    const char* end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc() || rest != end || number < range.minimum || number > range.maximum)
        refuse(name, describe(range), value);
    return number;
}

std::chrono::microseconds
seconds(std::string_view name, std::string_view value, std::chrono::seconds maximum) {
    const std::string allowed = "a number of seconds from 0 to " + std::to_string(maximum.count());
    const std::size_t dot = value.find('.');
    const std::string_view whole = value.substr(0, dot);
    const std::string_view digits =
        dot == std::string_view::npos ? std::string_view() : value.substr(dot + 1);
    if (whole.size() + digits.size() == 0 || !all_digits(digits) || whole.size() > 18)
        refuse(name, allowed, value);
    std::uint64_t count = 0;
    const char* end = whole.data() + whole.size();
    const auto [rest, error] = std::from_chars(whole.data(), end, count);
    const bool number = whole.empty() || (error == std::errc() && rest == end);
    const auto limit = static_cast<std::uint64_t>(maximum.count());
    if (!number || count > limit) refuse(name, allowed, value);
    std::string fraction(digits.substr(0, micro_digits));
    fraction.append(micro_digits - fraction.size(), '0');
    std::uint64_t micros = 0;
    std::from_chars(fraction.data(), fraction.data() + fraction.size(), micros);
    const std::chrono::microseconds result =
        std::chrono::seconds(count) + std::chrono::microseconds(micros);
    if (result > maximum) refuse(name, allowed, value);
    return result;
}

std::chrono::milliseconds time_limit(std::string_view name, std::string_view value) {
    constexpr std::chrono::seconds year{31'536'000};
    const auto time =
        std::chrono::duration_cast<std::chrono::milliseconds>(seconds(name, value, year));
    if (time.count() == 0) refuse(name, "more than 0", value);
    return time;
}

std::size_t choice(std::string_view name, std::string_view value, std::string_view words) {
    std::string_view rest = words;
    for (std::size_t index = 0;; ++index) {
        const std::size_t bar = rest.find('|');
        if (same_word(value, rest.substr(0, bar))) return index;
        if (bar == std::string_view::npos) refuse(name, listed(words), value);
        rest.remove_prefix(bar + 1);
    }
}

std::string mqtt_string(std::string_view name, std::string_view value) {
    if (value.size() > mqtt::max_string_length) {
        throw UsageError(
            std::string(name) + " is " + std::to_string(value.size()) +
            " bytes long, MQTT allows " + std::to_string(mqtt::max_string_length)
        );
    }
    if (!base::is_valid_utf8(value)) refuse(name, "UTF-8", value);
    if (value.find('\0') != std::string_view::npos) refuse(name, "without a NUL", value);
    return std::string(value);
}

std::string topic_name(std::string_view name, std::string_view value) {
    std::string topic = mqtt_string(name, value);
    if (topic.empty()) refuse(name, "at least one character long", value);
    if (mqtt::topic::has_wildcard(topic))
        refuse(name, "a topic to publish to, without + and #", value);
    return topic;
}

std::string topic_filter(std::string_view name, std::string_view value) {
    std::string filter = mqtt_string(name, value);
    if (filter.empty()) refuse(name, "at least one character long", value);
    const bool valid = mqtt::topic::is_shared(filter)
                           ? mqtt::topic::parse_shared(filter).has_value()
                           : mqtt::topic::is_valid_filter(filter);
    if (!valid) {
        throw UsageError(
            std::string(name) + " is no topic filter (got " + base::in_quotes(value) + ")",
            "+ stands for a whole level, # for the rest at the end: home/+/temperature, home/#"
        );
    }
    return filter;
}

std::vector<std::string_view> words_of(std::string_view value) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t end = value.find(word_separator);
        words.push_back(value.substr(0, end));
        if (end == std::string_view::npos) return words;
        value.remove_prefix(end + 1);
    }
}

} // namespace cli
