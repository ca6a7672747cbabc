// `log_dest topic`: log lines as messages below $SYS/broker/log. Between the Logger's thread and a
// running broker; taken away before the broker stops.
#pragma once

#include "tools/mqttd/app/broker.hpp"
#include "tools/mqttd/logging/log_sink.hpp"

namespace mqttd {

class LogTopicSink final : public LogSink {
public:
    /// The broker outlives the sink.
    LogTopicSink(Broker& broker, TimestampFormat timestamp);

    void write(const LogLine& line) override;
    [[nodiscard]] std::size_t flush() override;

private:
    Broker& broker_;
    TimestampFormat timestamp_;
    std::size_t lost_ = 0;
};

} // namespace mqttd
