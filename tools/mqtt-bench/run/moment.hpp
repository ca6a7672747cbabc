// One look at everything that is counted, and what happened between two: the arithmetic that all
// workloads share.
#pragma once

#include "tools/mqtt-bench/load/fleet.hpp"
#include "tools/mqtt-bench/run/broker_probe.hpp"
#include "tools/mqtt-bench/run/report.hpp"

#include <cstdint>
#include <string>

namespace bench {

struct Moment {
    std::uint64_t time = 0; ///< nanoseconds
    std::uint64_t cpu = 0;  ///< of the broker
    Memory memory;          ///< of the broker
    Totals totals;
};

[[nodiscard]] Moment look(const Fleet& fleet, const BrokerProbe& probe);

[[nodiscard]] double seconds_between(const Moment& from, const Moment& to);

/// Adds "KEY_per_s", so many of them in that time.
void add_rate(
    Report& report,
    const std::string& key,
    const std::string& label,
    std::uint64_t count,
    double seconds
);

/// Adds by how many bytes the broker's resident memory grew for each of so many pieces; nothing
/// without a process.
void add_growth(
    Report& report,
    const std::string& label,
    const Memory& from,
    const Memory& to,
    std::uint64_t pieces
);

} // namespace bench
