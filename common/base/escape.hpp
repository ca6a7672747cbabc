// What a peer sent, made safe to print: one line, no terminal controls, no reordering of the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

/// Control characters, invalid UTF-8 and bidirectional controls become \xNN, a backslash becomes
/// \\; longer than limit bytes of input is cut and marked with "…".
[[nodiscard]] std::string escaped(std::string_view text, std::size_t limit = 256);

/// A value as error messages show it: escaped, at most 80 bytes of it, in double quotes.
[[nodiscard]] std::string in_quotes(std::string_view text);

} // namespace base
