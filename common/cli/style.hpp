// Colour for terminals. The one place that knows the colour library. Colour is on when it is asked
// for, or by itself when the stream is a terminal and the user has not said no (NO_COLOR).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

enum class ColorMode : std::uint8_t { automatic, always, never };

enum class Paint : std::uint8_t { plain, bold, dim, red, yellow, cyan, green };

/// Whether to paint what goes to this file descriptor. [https://no-color.org]
[[nodiscard]] bool use_color(ColorMode mode, int descriptor);

/// The text with the terminal's codes around it.
[[nodiscard]] std::string painted(Paint paint, std::string_view text);

} // namespace cli
