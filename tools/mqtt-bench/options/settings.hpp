// What the command line asked for: the workload, the plan, and what to do with the result. Plain
// values; the main thread's.
#pragma once

#include "common/cli/run_tool.hpp"
#include "tools/mqtt-bench/plan/plan.hpp"
#include "tools/mqtt-bench/plan/workload.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

struct Settings {
    Workload workload = Workload::pairs;
    Plan plan;
    Group group; ///< of the built-in workloads
    std::string scenario_file;
    std::chrono::nanoseconds hold = std::chrono::seconds(2); ///< connect: how long they stay open
    bool json = false;
    std::optional<pid_t> pid;
    std::vector<std::string> compare; ///< two commands, or none
    unsigned runs = 5;                ///< of each command
    bool pin = false;
};

/// Reads the command line; nullopt when it only asked for help. Throws cli::UsageError.
[[nodiscard]] std::optional<Settings> read_settings(cli::ToolContext& context);

} // namespace bench
