// The broker under load as the system sees it: CPU time and memory of a process, if one was named.
// Used by the thread that runs the workload.
#pragma once

#include "tools/mqtt-bench/measure/process_usage.hpp"
#include "tools/mqtt-bench/run/report.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace bench {

class BrokerProbe {
public:
    /// Throws RunError when there is no such process.
    explicit BrokerProbe(std::optional<pid_t> pid);

    [[nodiscard]] bool on() const { return pid_.has_value(); }

    /// Nanoseconds so far; 0 when off or gone.
    [[nodiscard]] std::uint64_t cpu() const;
    /// Zeros when off or gone.
    [[nodiscard]] Memory memory() const;

    /// Adds the CPU time a piece of work took; nothing when off or without work.
    void add_cpu(
        Report& report,
        std::string_view key,
        std::string_view label,
        std::uint64_t cpu,
        std::uint64_t pieces
    ) const;
    /// Adds what the process holds now.
    void add_memory(Report& report) const;

private:
    std::optional<pid_t> pid_;
};

} // namespace bench
