#include "tools/mqttd/app/log_topic_sink.hpp"

#include "tools/mqttd/logging/log_topics.hpp"

#include <string>
#include <utility>

namespace mqttd {

LogTopicSink::LogTopicSink(Broker& broker, TimestampFormat timestamp)
    : broker_(broker), timestamp_(std::move(timestamp)) {}

void LogTopicSink::write(const LogLine& line) {
    const std::string_view topic = log_topic(line.level);
    if (topic.empty()) return;
    std::string payload(timestamp_.prefix(line.when));
    payload += level_prefix(line.level);
    payload += line.text;
    if (!broker_.publish_log(std::string(topic), std::move(payload))) ++lost_;
}

std::size_t LogTopicSink::flush() {
    return std::exchange(lost_, 0);
}

} // namespace mqttd
