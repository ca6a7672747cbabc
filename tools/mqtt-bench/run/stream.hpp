// The workloads in which messages flow for a while: publish, pairs, fan-out, fan-in, wildcard,
// shared, and every mixture of a scenario file. Connects, subscribes, warms up, measures, waits for
// what is still on its way, and tells.
#pragma once

#include "tools/mqtt-bench/load/fleet.hpp"
#include "tools/mqtt-bench/run/broker_probe.hpp"
#include "tools/mqtt-bench/run/report.hpp"

namespace bench {

/// Throws RunError.
[[nodiscard]] Report run_stream(Fleet& fleet, const BrokerProbe& probe);

/// Waits until the broker has acknowledged and delivered all that was sent, or nothing moves any
/// more.
void drain(Fleet& fleet);

/// Adds sent, received, lost, duplicates, order violations, refusals and lost connections; sets
/// what makes the run a failure.
void add_outcome(Report& report, const Totals& totals);

} // namespace bench
