// What brokers said, written down with the time, and read again. A line for each message: seconds
// since the beginning, the number of the broker, topic and payload in JSON strings. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mqtt_sysmon {

struct RecordedMessage {
    std::chrono::milliseconds at{0};
    std::size_t broker = 0;
    std::string topic;
    std::string payload;
};

/// {"at":1.234,"broker":0,"topic":"$SYS/…","payload":"…"}, without line end.
[[nodiscard]] std::string record_line(const RecordedMessage& message);

/// nullopt: it is no such line.
[[nodiscard]] std::optional<RecordedMessage> parse_record(std::string_view line);

} // namespace mqtt_sysmon
