// The two kinds of JSON value that reports consist of. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace bench {

/// In quotes, with what JSON does not allow inside them escaped.
[[nodiscard]] std::string json_text(std::string_view text);

/// Whole numbers without a fraction; others with six significant digits.
[[nodiscard]] std::string json_number(double value);

} // namespace bench
