// From a log configuration to the places it names. Main thread, at start and reload.
#pragma once

#include "common/base/result.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"
#include "tools/mqttd/logging/logger.hpp"

namespace mqttd {

/// All destinations but the topics, which need a broker. The error says why a file cannot be opened
/// and where it was asked for.
[[nodiscard]] base::Result<LogSinks, ConfigError> open_sinks(const BrokerConfig& config);

[[nodiscard]] Logger::Settings log_settings(const LogConfig& config);

[[nodiscard]] TimestampFormat timestamp_of(const LogConfig& config);

} // namespace mqttd
