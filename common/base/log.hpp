// Where log lines go, seen from the code that writes them. The formatting of arguments is the
// caller's; what a peer sent must pass base::escaped first. write() must not block: it is called on
// shard threads.
#pragma once

#include "common/base/log_level.hpp"

#include <string>

namespace base {

class Log {
public:
    Log() = default;
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    virtual ~Log() = default;

    /// Cheap: ask before building a line.
    [[nodiscard]] virtual bool enabled(LogLevel level) const = 0;
    /// One event, one line, without line end. Any thread.
    virtual void write(LogLevel level, std::string line) = 0;

    /// Returns when everything written before is where it belongs. Not on a shard.
    virtual void drain() {}
};

} // namespace base
