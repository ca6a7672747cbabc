// A place that log lines go to. Owned by the Logger and called on its writer thread only, except
// for reopen(), which the main thread calls while the writer rests. A sink never waits for long:
// what it cannot write it counts as lost.
#pragma once

#include "tools/mqttd/logging/log_line.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace mqttd {

class LogSink {
public:
    LogSink() = default;
    LogSink(const LogSink&) = delete;
    LogSink& operator=(const LogSink&) = delete;
    virtual ~LogSink() = default;

    /// May keep the line until flush().
    virtual void write(const LogLine& line) = 0;
    /// After a batch. How many lines were lost since the last call.
    [[nodiscard]] virtual std::size_t flush() = 0;

    /// After a rotation of log files. Why the old file is still in use; nullopt: all is well.
    [[nodiscard]] virtual std::optional<std::string> reopen() { return std::nullopt; }
};

} // namespace mqttd
