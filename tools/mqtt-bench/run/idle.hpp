// The workloads without messages: connections that come, stay and go, and subscriptions.
#pragma once

#include "tools/mqtt-bench/load/fleet.hpp"
#include "tools/mqtt-bench/run/broker_probe.hpp"
#include "tools/mqtt-bench/run/report.hpp"

#include <chrono>

namespace bench {

/// Connects all, subscribes if they have filters, holds for that long, disconnects. Throws
/// RunError.
[[nodiscard]] Report
run_connect(Fleet& fleet, const BrokerProbe& probe, std::chrono::nanoseconds hold);

/// Connects all and measures only the subscribing. Throws RunError.
[[nodiscard]] Report run_subscribe(Fleet& fleet, const BrokerProbe& probe);

} // namespace bench
