#include "common/cli/console.hpp"

#include <unistd.h>

#include <ostream>
#include <utility>

namespace cli {

Console::Console(std::string tool, std::ostream& err) : tool_(std::move(tool)), err_(err) {
    set_color(ColorMode::automatic);
}

void Console::set_color(ColorMode mode) {
    colored_ = use_color(mode, STDERR_FILENO);
}

void Console::error(std::string_view what, std::string_view hint) {
    line(Role::error, "error: ", what);
    if (!hint.empty()) line(Role::hint, "hint: ", hint);
}

void Console::warning(std::string_view what) {
    if (!quiet_) line(Role::warning, "warning: ", what);
}

void Console::note(std::string_view what) {
    if (!quiet_) line(Role::note, "", what);
}

void Console::debug(std::string_view what) {
    if (debug_) line(Role::note, "", what);
}

void Console::line(Role role, std::string_view label, std::string_view what) {
    Paint paint = Paint::plain;
    if (colored_) {
        if (role == Role::error) paint = Paint::red;
        if (role == Role::warning) paint = Paint::yellow;
        if (role == Role::hint) paint = Paint::cyan;
    }
    std::string text;
    if (role != Role::hint) text += tool_ + ": ";
    text += painted(paint, label);
    text += what;
    text += '\n';
    // One write a line: other programs may share the stream.
    err_ << text << std::flush;
}

} // namespace cli
