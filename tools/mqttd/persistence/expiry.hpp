// The expiry of a message between memory and disk: a steady time here, a calendar time there,
// because a steady clock means nothing to the next run. Pure; any thread.
#pragma once

#include "common/base/clock.hpp"
#include "tools/mqttd/persistence/store.hpp"
#include "tools/mqttd/publish/message.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace mqttd {

/// Microseconds since 1970.
using CalendarTime = std::int64_t;

[[nodiscard]] inline CalendarTime calendar_time(base::WallTime time) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

[[nodiscard]] inline base::WallTime wall_time(CalendarTime time) {
    return base::WallTime{} + std::chrono::microseconds(time);
}

/// nullopt: never.
[[nodiscard]] inline std::optional<CalendarTime>
calendar_expiry(base::SteadyTime expires, const StoreTimes& times) {
    if (expires == never_expires) return std::nullopt;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(expires - times.steady).count();
    return calendar_time(times.wall) + left;
}

/// A time that has passed by times.wall comes back as one before times.steady.
[[nodiscard]] inline base::SteadyTime
steady_expiry(std::optional<CalendarTime> expires, const StoreTimes& times) {
    if (!expires) return never_expires;
    // Two centuries either way: no sum overflows, whatever the file says.
    constexpr CalendarTime furthest = 200LL * 365 * 24 * 3600 * 1'000'000;
    const CalendarTime now = calendar_time(times.wall);
    const CalendarTime left = std::clamp(*expires, now - furthest, now + furthest) - now;
    return times.steady + std::chrono::microseconds(left);
}

} // namespace mqttd
