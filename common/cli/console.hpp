// Words for people, on stderr: one line a call, "tool: error: …", "hint: …". stdout is never
// touched, it belongs to the data. Owned by run_tool(); one thread. Colour repeats what the text
// says already.
#pragma once

#include "common/cli/style.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace cli {

class Console {
public:
    /// err outlives the console.
    Console(std::string tool, std::ostream& err);

    void error(std::string_view what, std::string_view hint = {});
    void warning(std::string_view what);
    /// A line without a level: progress, a summary.
    void note(std::string_view what);
    /// Only after set_debug(true).
    void debug(std::string_view what);

    [[nodiscard]] const std::string& tool() const { return tool_; }

    [[nodiscard]] bool wants_debug() const { return debug_; }

    void set_debug(bool on) { debug_ = on; }

    /// Errors at run time, warnings and notes are left out; usage errors are always shown.
    void set_quiet(bool on) { quiet_ = on; }

    [[nodiscard]] bool quiet() const { return quiet_; }

    void set_color(ColorMode mode);

private:
    enum class Role : std::uint8_t { error, warning, hint, note };

    void line(Role role, std::string_view label, std::string_view what);

    std::string tool_;
    std::ostream& err_;
    bool colored_ = false;
    bool debug_ = false;
    bool quiet_ = false;
};

} // namespace cli
