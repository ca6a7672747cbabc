// Pieces of JSON text: strings of any bytes, whole values put into others, and base64. Pure.
#pragma once

#include "common/base/bytes.hpp"

#include <string>
#include <string_view>

namespace base {

/// With its quotes; text is valid UTF-8, U+0000 included. RFC 8259, section 7.
void append_json_string(std::string& out, std::string_view text);

/// RFC 4648, section 4, with padding.
[[nodiscard]] std::string base64(Bytes bytes);

/// Whether the text is one JSON value, at most 200 levels deep, in valid UTF-8.
[[nodiscard]] bool is_json(std::string_view text);

/// A valid JSON text in one line, without blanks between its parts. Numbers stay as they are.
[[nodiscard]] std::string compact_json(std::string_view json);

/// A valid JSON text with a line for each member and element, indented by two blanks a level.
[[nodiscard]] std::string pretty_json(std::string_view json);

} // namespace base
