// How many lines of one kind a second may have, so that no peer can fill the disk by what it makes
// the broker say. Owned by the Logger and used under its lock; time is an argument.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log_level.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mqttd {

class RateLimit {
public:
    struct Suppressed {
        base::LogLevel level;
        std::uint64_t lines;
    };

    /// 0: no limit.
    void set_lines_per_second(std::uint32_t lines) { limit_ = lines; }

    [[nodiscard]] std::uint32_t lines_per_second() const { return limit_; }

    /// False: the line is left out and counted.
    [[nodiscard]] bool admit(base::LogLevel level, base::SteadyTime now);

    /// What was left out in seconds that are over; each is told once.
    [[nodiscard]] std::vector<Suppressed> take_suppressed(base::SteadyTime now);

    /// Something was left out and not told yet.
    [[nodiscard]] bool has_suppressed() const;

private:
    struct Window {
        base::SteadyTime begin{};
        std::uint32_t lines = 0;
        std::uint64_t suppressed = 0; ///< in this second
        std::uint64_t untold = 0;     ///< in seconds before
    };

    std::uint32_t limit_ = 0;
    std::array<Window, std::popcount(base::all_log_types)> windows_{}; ///< by level
};

} // namespace mqttd
