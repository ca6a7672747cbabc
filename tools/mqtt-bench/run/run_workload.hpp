// Runs one workload against one broker, whichever it is.
#pragma once

#include "tools/mqtt-bench/load/fleet.hpp"
#include "tools/mqtt-bench/options/settings.hpp"
#include "tools/mqtt-bench/run/report.hpp"

#include <sys/types.h>

#include <functional>
#include <optional>

namespace bench {

/// pid: the broker's, if known. watch is called now and then with what was counted so far. Throws
/// RunError, and std::invalid_argument for a plan that makes no sense.
[[nodiscard]] Report run_workload(
    const Settings& settings,
    std::optional<pid_t> pid,
    const std::function<void(const Totals&)>& watch
);

} // namespace bench
