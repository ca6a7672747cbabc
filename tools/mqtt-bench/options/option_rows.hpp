// The options of mqtt-bench as rows of the table that every tool has. Each row also says which
// workloads it means something to; with another one it is refused, never ignored.
#pragma once

#include "common/cli/options/option.hpp"
#include "tools/mqtt-bench/options/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// Workloads as bits.
using WorkloadSet = std::uint32_t;

[[nodiscard]] constexpr WorkloadSet only(Workload workload) {
    return WorkloadSet{1} << static_cast<unsigned>(workload);
}

/// An option that was given, and where it means something.
struct Used {
    std::string name;
    WorkloadSet workloads;
};

/// All groups of options, bound to settings and used, which outlive the table.
[[nodiscard]] cli::OptionTable option_table(Settings& settings, std::vector<Used>& used);

} // namespace bench
