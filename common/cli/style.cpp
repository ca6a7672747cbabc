#include "common/cli/style.hpp"

#include <rang.hpp>

#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace cli {

bool use_color(ColorMode mode, int descriptor) {
    if (mode != ColorMode::automatic) return mode == ColorMode::always;
    const char* no_color = std::getenv("NO_COLOR");
    if (no_color != nullptr && *no_color != '\0') return false;
    const char* terminal = std::getenv("TERM");
    if (terminal == nullptr || std::string_view(terminal) == "dumb") return false;
    return ::isatty(descriptor) == 1;
}

std::string painted(Paint paint, std::string_view text) {
    // The decision is made already: the library, which would look at the stream, is told so.
    rang::setControlMode(rang::control::Force);
    std::ostringstream out;
    switch (paint) {
    case Paint::plain:
        return std::string(text);
    case Paint::bold:
        out << rang::style::bold;
        break;
    case Paint::dim:
        out << rang::style::dim;
        break;
    case Paint::red:
        out << rang::style::bold << rang::fg::red;
        break;
    case Paint::yellow:
        out << rang::style::bold << rang::fg::yellow;
        break;
    case Paint::cyan:
        out << rang::fg::cyan;
        break;
    case Paint::green:
        out << rang::fg::green;
        break;
    }
    out << text << rang::style::reset;
    return out.str();
}

} // namespace cli
