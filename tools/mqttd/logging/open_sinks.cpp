#include "tools/mqttd/logging/open_sinks.hpp"

#include "common/base/escape.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/value.hpp"
#include "tools/mqttd/logging/stream_sink.hpp"
#include "tools/mqttd/logging/syslog_sink.hpp"

#include <unistd.h>

#include <utility>

namespace mqttd {

base::Result<LogSinks, ConfigError> open_sinks(const BrokerConfig& config) {
    const LogConfig& log = config.log;
    LogSinks sinks;
    if (log.to_stderr) {
        sinks.push_back(std::make_unique<StreamSink>(STDERR_FILENO, timestamp_of(log)));
    }
    if (log.to_stdout) {
        sinks.push_back(std::make_unique<StreamSink>(STDOUT_FILENO, timestamp_of(log)));
    }
    if (log.to_syslog) sinks.push_back(std::make_unique<SyslogSink>(log.syslog_facility));
    if (log.file.empty()) return sinks;
    auto file = FileSink::open(log.file, timestamp_of(log));
    if (!file) {
        return error_at(
            origin_of(config, "log_dest"),
            "cannot open the log file " + base::in_quotes(log.file) + ": " + file.error().message
        );
    }
    sinks.push_back(std::move(*file));
    return sinks;
}

Logger::Settings log_settings(const LogConfig& config) {
    return {.types = config.types, .lines_per_second = config.rate_limit};
}

TimestampFormat timestamp_of(const LogConfig& config) {
    return {config.timestamp, config.timestamp_format};
}

} // namespace mqttd
