// What is known of a broker as text for programs and logs: lines, JSON, CSV, the format of
// Prometheus. Pure.
#pragma once

#include "tools/mqtt-sysmon/broker_state.hpp"

#include <string>
#include <vector>

namespace mqtt_sysmon {

/// A line for each value, "clients.connected 17", counters with their rate.
[[nodiscard]] std::string all_lines(const BrokerState& broker, base::SteadyTime now);

/// One line with what matters most, for --watch.
[[nodiscard]] std::string
summary_line(const BrokerState& broker, base::SteadyTime now, base::WallTime wall);

/// {"broker", "time", "connected", "stale", "age", "values": {name: {"value", "rate"}}}.
[[nodiscard]] std::string
json_line(const BrokerState& broker, base::SteadyTime now, base::WallTime wall);

/// The columns of csv_line().
[[nodiscard]] std::string csv_header();
/// What is not known is empty, and so is everything while the values are stale.
[[nodiscard]] std::string
csv_line(const BrokerState& broker, base::SteadyTime now, base::WallTime wall);

/// Text format 0.0.4. mqtt_up is 0 and nothing else is there while the values are stale.
[[nodiscard]] std::string
prometheus_text(const std::vector<const BrokerState*>& brokers, base::SteadyTime now);

} // namespace mqtt_sysmon
