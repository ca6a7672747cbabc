// Time as an argument: code asks a Clock, tests turn a ManualClock by hand.
#pragma once

#include <chrono>

namespace base {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// Never goes back; for timeouts and ages.
    [[nodiscard]] virtual SteadyTime now() const = 0;
    /// The calendar; for logs and topics that show a date.
    [[nodiscard]] virtual WallTime wall_now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] SteadyTime now() const override { return std::chrono::steady_clock::now(); }

    [[nodiscard]] WallTime wall_now() const override { return std::chrono::system_clock::now(); }
};

/// Stands still until advance() is called. One thread only.
class ManualClock final : public Clock {
public:
    [[nodiscard]] SteadyTime now() const override { return SteadyTime{} + elapsed_; }

    [[nodiscard]] WallTime wall_now() const override {
        return WallTime{} + std::chrono::hours(24 * 365 * 50) +
               std::chrono::duration_cast<WallTime::duration>(elapsed_);
    }

    void advance(Duration by) { elapsed_ += by; }

private:
    Duration elapsed_ = std::chrono::hours(1);
};

} // namespace base
