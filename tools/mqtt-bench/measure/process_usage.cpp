#include "tools/mqtt-bench/measure/process_usage.hpp"

#include <time.h>

#include <fstream>
#include <string>

namespace bench {

std::optional<std::uint64_t> cpu_time_of(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_nsec);
}

std::optional<Memory> memory_of(pid_t pid) {
    const std::string folder = "/proc/" + std::to_string(pid) + '/';
    Memory memory;
    std::ifstream status(folder + "status");
    for (std::string word; status >> word;) {
        if (word != "VmRSS:") continue;
        status >> memory.resident;
        memory.resident *= 1024;
        break;
    }
    if (memory.resident == 0) return {};
    std::ifstream rollup(folder + "smaps_rollup");
    for (std::string word; rollup >> word;) {
        if (word != "Pss:") continue;
        rollup >> memory.proportional;
        memory.proportional *= 1024;
        break;
    }
    return memory;
}

} // namespace bench
