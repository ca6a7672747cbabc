#include "tools/mqttd/config/value.hpp"

#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <vector>

namespace mqttd {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t longest_text = 65535;
constexpr std::int64_t seconds_a_day = 86400;

std::vector<std::string_view> split(std::string_view words) {
    std::vector<std::string_view> parts;
    while (!words.empty()) {
        const std::size_t bar = words.find('|');
        parts.push_back(words.substr(0, bar));
        words = bar == std::string_view::npos ? std::string_view{} : words.substr(bar + 1);
    }
    return parts;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string enumerate(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i != 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

std::string describe_number(const Option& option) {
    if (option.maximum != no_maximum && option.maximum - option.minimum < 4) {
        std::vector<std::string> numbers;
        for (auto n = option.minimum; n <= option.maximum; ++n)
            numbers.push_back(std::to_string(n));
        return enumerate(numbers);
    }
    std::string text = "a number";
    if (!option.unit.empty()) text += " of " + std::string(option.unit);
    if (option.maximum == no_maximum) {
        text += ", at least " + std::to_string(option.minimum);
    } else {
        text += " from " + std::to_string(option.minimum) + " to " + std::to_string(option.maximum);
    }
    if (!option.zero_word.empty()) text += ", or " + std::string(option.zero_word);
    return text;
}

std::optional<Value> read_flag(std::string_view word) {
    const std::string name = lower(word);
    if (name == "true" || name == "1") return Value{1, {}};
    if (name == "false" || name == "0") return Value{0, {}};
    return std::nullopt;
}

std::optional<Value> read_integer(const Option& option, std::string_view word) {
    if (!option.zero_word.empty() && word == option.zero_word) return Value{0, {}};
    const auto number = parse_integer(word);
    if (!number || *number < option.minimum || *number > option.maximum) return std::nullopt;
    return Value{*number, {}};
}

std::optional<Value> read_duration(const Option& option, std::string_view word) {
    if (word.size() < 2) return std::nullopt;
    std::int64_t seconds = 0;
    switch (word.back()) {
    case 's':
        seconds = 1;
        break;
    case 'h':
        seconds = 3600;
        break;
    case 'd':
        seconds = seconds_a_day;
        break;
    case 'w':
        seconds = 7 * seconds_a_day;
        break;
    case 'm':
        seconds = 30 * seconds_a_day;
        break;
    case 'y':
        seconds = 365 * seconds_a_day;
        break;
    default:
        return std::nullopt;
    }
    const auto count = parse_integer(word.substr(0, word.size() - 1));
    if (!count || *count < option.minimum || *count > option.maximum / seconds) return std::nullopt;
    return Value{*count * seconds, {}};
}

std::optional<Value> read_choice(const Option& option, std::string_view word) {
    const auto words = split(option.choices);
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return std::nullopt;
    return Value{found - words.begin() + 1, {}};
}

std::optional<Value> read_word(const Option& option, std::string_view word) {
    switch (option.type) {
    case ValueType::flag:
        return read_flag(word);
    case ValueType::integer:
        return read_integer(option, word);
    case ValueType::duration:
        return read_duration(option, word);
    case ValueType::choice:
        return read_choice(option, word);
    case ValueType::text:
    case ValueType::custom:
        break;
    }
    return std::nullopt;
}

std::string hint_for(const Option& option, std::string_view word) {
    const bool octal = word.size() > 1 && word[0] == '0' &&
                       word.find_first_not_of("0123456789") == std::string_view::npos;
    if (option.type == ValueType::integer && octal) return "a number that begins with 0 is octal";
    if (option.type == ValueType::flag && is_one_of(lower(word), "yes|on|no|off")) {
        return std::string("write ") + (is_one_of(lower(word), "yes|on") ? "true" : "false");
    }
    return {};
}

base::Result<Value, ValueProblem> read_text(const Option& option, std::string_view text) {
    const std::string name(option.name);
    if (text.size() > longest_text) {
        return ValueProblem{name + " is longer than 65535 bytes", {}};
    }
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
    if (control || !base::is_valid_utf8(text)) {
        return ValueProblem{
            name + " must be UTF-8 text without control characters (got " + base::in_quotes(text) +
                ")",
            {}};
    }
    const auto length = static_cast<std::int64_t>(text.size());
    if (length > option.maximum) {
        return ValueProblem{
            name + " is longer than " + std::to_string(option.maximum) + " bytes (got " +
                std::to_string(length) + ")",
            {}};
    }
    return Value{0, std::string(text)};
}

} // namespace

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view take_word(std::string_view& text) {
    text = trimmed(text);
    const std::size_t end = text.find_first_of(blanks);
    const std::string_view word = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : trimmed(text.substr(end));
    return word;
}

std::string_view without_comment(std::string_view text) {
    for (std::size_t at = text.find('#'); at != std::string_view::npos;
         at = text.find('#', at + 1)) {
        if (at == 0 || blanks.find(text[at - 1]) != std::string_view::npos) {
            return trimmed(text.substr(0, at));
        }
    }
    return text;
}

bool is_one_of(std::string_view word, std::string_view words) {
    const auto parts = split(words);
    return std::find(parts.begin(), parts.end(), word) != parts.end();
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    const std::string copy(text);
    if (copy.empty() || copy.find('\0') != std::string::npos) return std::nullopt;
    if (blanks.find(copy[0]) != std::string_view::npos || copy[0] == '\n') return std::nullopt;
    char* end = nullptr;
    errno = 0;
    const std::int64_t number = std::strtoll(copy.c_str(), &end, 0);
    if (errno != 0 || end == copy.c_str() || *end != '\0') return std::nullopt;
    return number;
}

std::string describe_values(const Option& option) {
    switch (option.type) {
    case ValueType::flag:
        return "true or false";
    case ValueType::integer:
        return describe_number(option);
    case ValueType::duration:
        return "a number followed by s, h, d, w, m or y (12h, 30d, 1y)";
    case ValueType::choice: {
        std::vector<std::string> words;
        for (const auto word : split(option.choices))
            words.emplace_back(word);
        return enumerate(words);
    }
    case ValueType::text:
        return "text";
    case ValueType::custom:
        return std::string(option.syntax);
    }
    return {};
}

std::string display(const Option& option, const std::string& shown) {
    if (shown.empty()) return "not set";
    const auto number = parse_integer(shown);
    switch (option.type) {
    case ValueType::integer:
        if (number && *number >= option.minimum) return shown;
        return option.zero_word.empty() ? "not set" : std::string(option.zero_word);
    case ValueType::choice: {
        const auto words = split(option.choices);
        if (!number || *number < 1 || *number > std::ssize(words)) return "not set";
        return std::string(words[static_cast<std::size_t>(*number - 1)]);
    }
    case ValueType::duration:
        return shown + 's';
    default:
        return shown;
    }
}

base::Result<Value, ValueProblem> parse_value(const Option& option, std::string_view text) {
    const std::string name(option.name);
    if (text.empty()) {
        std::string message = name + " needs a value";
        if (option.type != ValueType::text) message += ": " + describe_values(option);
        return ValueProblem{message, {}};
    }
    if (option.type == ValueType::text) return read_text(option, text);
    std::string_view rest = text;
    const std::string_view word = take_word(rest);
    auto value = read_word(option, word);
    const bool trailing = !without_comment(rest).empty();
    if (value && !trailing) return *value;
    const std::string_view got = value ? text : word;
    return ValueProblem{
        name + " must be " + describe_values(option) + " (got " + base::in_quotes(got) + ")",
        hint_for(option, word)};
}

} // namespace mqttd
