#include "tools/mqtt-sysmon/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mqtt_sysmon {

namespace {

constexpr std::size_t smallest_width = 20;
constexpr std::size_t smallest_height = 8;

void write_all(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return; // nobody looks any more; SIGHUP or the end of input says so
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace

Terminal::Terminal() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    write_all("\x1b[?1049h\x1b[?25l");
}

Terminal::~Terminal() {
    write_all("\x1b[?25h\x1b[?1049l");
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

Terminal::Size Terminal::size() {
    winsize window{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) return {};
    return {
        .width = std::max<std::size_t>(window.ws_col, smallest_width),
        .height = std::max<std::size_t>(window.ws_row, smallest_height)};
}

void Terminal::show(const std::vector<std::string>& lines) {
    std::string frame = "\x1b[H";
    for (std::size_t i = 0; i < lines.size(); ++i)
        frame += lines[i] + "\x1b[K" + (i + 1 < lines.size() ? "\r\n" : "");
    write_all(frame + "\x1b[J");
}

std::vector<KeyPress> read_keys(std::string_view bytes) {
    std::vector<KeyPress> keys;
    while (!bytes.empty()) {
        const char c = bytes.front();
        if (bytes.starts_with("\x1b[") && bytes.size() >= 3) {
            if (bytes[2] == 'A') keys.push_back({.key = Key::up});
            if (bytes[2] == 'B') keys.push_back({.key = Key::down});
            bytes.remove_prefix(3);
            continue;
        }
        if (c == '\x1b') keys.push_back({.key = Key::escape});
        if (c == '\r' || c == '\n') keys.push_back({.key = Key::enter});
        if (c == '\x7f' || c == '\b') keys.push_back({.key = Key::backspace});
        if (c >= ' ' && c < '\x7f') keys.push_back({.key = Key::character, .character = c});
        bytes.remove_prefix(1);
    }
    return keys;
}

} // namespace mqtt_sysmon
