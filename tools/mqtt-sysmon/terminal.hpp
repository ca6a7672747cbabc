// The terminal while a program draws on all of it: no line editing, another screen, no cursor. What
// it was before comes back with the end of the object.
#pragma once

#include <termios.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_sysmon {

enum class Key : unsigned char { character, enter, backspace, escape, up, down };

struct KeyPress {
    Key key = Key::character;
    char character = 0;
};

class Terminal {
public:
    Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal();

    struct Size {
        std::size_t width = 80;
        std::size_t height = 24;
    };

    [[nodiscard]] static Size size();

    /// Replaces what is on the screen.
    static void show(const std::vector<std::string>& lines);

private:
    termios before_{};
};

/// Bytes from the terminal as keys; those that mean nothing are left out.
[[nodiscard]] std::vector<KeyPress> read_keys(std::string_view bytes);

} // namespace mqtt_sysmon
