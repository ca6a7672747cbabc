// The signals of the daemon as a queue that the main thread reads. Made before any other thread, so
// that all threads inherit the blocked signals.
#pragma once

#include "common/net/file_descriptor.hpp"

#include <chrono>
#include <optional>

namespace mqttd {

class SignalQueue {
public:
    /// Blocks TERM, INT, HUP, USR1, USR2 and RTMIN, and ignores PIPE.
    SignalQueue();

    /// The number of the next signal; nullopt when none came within the time. nullopt as time:
    /// waits until one comes.
    [[nodiscard]] std::optional<int> next(std::optional<std::chrono::milliseconds> wait) const;

    /// From now on TERM and INT end the process at once, except within a second: whoever stops a
    /// group of processes often signals twice.
    static void end_at_next_signal();

private:
    net::FileDescriptor fd_;
};

} // namespace mqttd
