// The words of log_dest and log_type, both ways.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mqttd {

/// "error" → its bit, "all" → all, "none" → 0. nullopt: no such word.
[[nodiscard]] std::optional<base::LogMask> find_log_type(std::string_view word);

/// The words of a mask in the order of the levels, "none" when empty, "all" when complete.
[[nodiscard]] std::string show_log_types(base::LogMask mask);

/// The destinations as one would write them, separated by ", "; "none" when there is none.
[[nodiscard]] std::string show_destinations(const LogConfig& log);

void copy_destinations(LogConfig& to, const LogConfig& from);

} // namespace mqttd
