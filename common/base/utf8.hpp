// UTF-8, decoded one character at a time, and checked as a whole. RFC 3629: no overlong forms, no
// surrogates.
#pragma once

#include <cstddef>
#include <string_view>

namespace base {

struct Utf8Character {
    char32_t code_point = 0;
    std::size_t size = 0; ///< bytes taken; 1 for an invalid byte
    bool valid = false;
};

/// The first character of a text that is not empty.
[[nodiscard]] Utf8Character decode_utf8(std::string_view text);

/// Whether the whole text is well-formed UTF-8 (U+0000 included).
[[nodiscard]] bool is_valid_utf8(std::string_view text);

} // namespace base
