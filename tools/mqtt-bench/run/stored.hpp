// The workloads in which the broker keeps messages for later: retained ones, and queues of sessions
// that are offline.
#pragma once

#include "tools/mqtt-bench/load/fleet.hpp"
#include "tools/mqtt-bench/run/broker_probe.hpp"
#include "tools/mqtt-bench/run/report.hpp"

namespace bench {

/// Stores, replays to all subscribers at once, and clears what it stored. Throws RunError.
[[nodiscard]] Report run_retained(Fleet& fleet, const BrokerProbe& probe);

/// Makes sessions, publishes while they are offline, lets them come back, and ends the sessions.
/// Throws RunError.
[[nodiscard]] Report run_offline(Fleet& fleet, const BrokerProbe& probe);

} // namespace bench
