// What a process has used: its CPU time and its memory, read from the system by process id. Any
// thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace bench {

struct Memory {
    std::uint64_t resident = 0;     ///< bytes (RSS)
    std::uint64_t proportional = 0; ///< bytes (PSS); 0 where the system does not tell
};

/// CPU time of all its threads, user and system, in nanoseconds; nullopt when there is no such
/// process.
[[nodiscard]] std::optional<std::uint64_t> cpu_time_of(pid_t pid);

[[nodiscard]] std::optional<Memory> memory_of(pid_t pid);

} // namespace bench
