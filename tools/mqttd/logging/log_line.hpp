// One line of the log and how it looks as text. Made by the Logger on any thread, read by the sinks
// on its writer thread. Plain values.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log_level.hpp"

#include <ctime>
#include <string>
#include <string_view>

namespace mqttd {

struct LogLine {
    base::LogLevel level = base::LogLevel::information;
    base::WallTime when;
    std::string text; ///< one line, safe to print
};

/// "error: " and "warning: " before those two kinds, nothing before others.
[[nodiscard]] std::string_view level_prefix(base::LogLevel level);

/// The text with control characters as \xNN, cut at limit bytes and marked with "…".
[[nodiscard]] std::string one_line(std::string text, std::size_t limit);

/// The time at the beginning of a line, as log_timestamp and log_timestamp_format want it. One
/// thread only.
class TimestampFormat {
public:
    TimestampFormat() = default;
    /// format: of strftime(3), local time; empty: seconds since 1970.
    TimestampFormat(bool shown, std::string format);

    /// "1700000000: ", or nothing. Valid until the next call.
    [[nodiscard]] std::string_view prefix(base::WallTime when);

private:
    bool shown_ = false;
    std::string format_;
    std::time_t second_ = -1; ///< of text_
    std::string text_;
};

} // namespace mqttd
