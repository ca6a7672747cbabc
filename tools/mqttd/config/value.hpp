// Reads the value of an option by its row of the table: types, ranges, words. Pure; any thread.
#pragma once

#include "common/base/result.hpp"
#include "tools/mqttd/config/option.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mqttd {

struct ValueProblem {
    std::string message; ///< complete, with the option's name
    std::string hint;
};

/// text: the rest of the line, trimmed. A number or word may be followed by a comment.
[[nodiscard]] base::Result<Value, ValueProblem>
parse_value(const Option& option, std::string_view text);

/// strtol with base 0: 10, 0x10, 010. nullopt: not a number, or beyond 64 bits.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// "0, 1 or 2", "a number of bytes from 20 to 268435455", "ipv4 or ipv6", …
[[nodiscard]] std::string describe_values(const Option& option);

/// A value as Access::show gives it, in the words of the configuration; "not set" when it is none
/// of them.
[[nodiscard]] std::string display(const Option& option, const std::string& shown);

/// Whether the word is one of those separated by |.
[[nodiscard]] bool is_one_of(std::string_view word, std::string_view words);

/// Without blanks (space, tab, carriage return) at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Cuts the first word off; text becomes the trimmed rest.
[[nodiscard]] std::string_view take_word(std::string_view& text);

/// Without a comment that begins with # at the start or after a blank.
[[nodiscard]] std::string_view without_comment(std::string_view text);

} // namespace mqttd
