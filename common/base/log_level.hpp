// The kinds of log lines, those of mosquitto's log_type, as bits of a mask.
#pragma once

#include <cstdint>

namespace base {

enum class LogLevel : std::uint8_t {
    error,
    warning,
    notice,
    information,
    debug,
    subscribe,
    unsubscribe,
    internal,
    websockets,
};

using LogMask = std::uint32_t;

[[nodiscard]] constexpr LogMask log_bit(LogLevel level) {
    return LogMask{1} << static_cast<unsigned>(level);
}

inline constexpr LogMask default_log_mask = log_bit(LogLevel::error) | log_bit(LogLevel::warning) |
                                            log_bit(LogLevel::notice) |
                                            log_bit(LogLevel::information);
inline constexpr LogMask all_log_types = 0x1FF;

} // namespace base
