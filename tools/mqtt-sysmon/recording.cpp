#include "tools/mqtt-sysmon/recording.hpp"

#include "common/base/json_object.hpp"
#include "tools/mqtt-sysmon/numbers.hpp"

#include <boost/json/parse.hpp>

namespace mqtt_sysmon {

namespace {

constexpr double thousand = 1000;

} // namespace

std::string record_line(const RecordedMessage& message) {
    return base::JsonObject()
        .json("at", plain_number(static_cast<double>(message.at.count()) / thousand))
        .number("broker", message.broker)
        .bytes("topic", message.topic)
        .bytes("payload", message.payload)
        .str();
}

std::optional<RecordedMessage> parse_record(std::string_view line) {
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse({line.data(), line.size()}, error);
    const boost::json::object* const object = error ? nullptr : value.if_object();
    if (object == nullptr) return std::nullopt;
    const auto* const at = object->if_contains("at");
    const auto* const broker = object->if_contains("broker");
    const auto* const topic = object->if_contains("topic");
    const auto* const payload = object->if_contains("payload");
    const bool is_whole = at != nullptr && at->is_number() && broker != nullptr &&
                          broker->is_int64() && broker->as_int64() >= 0 && topic != nullptr &&
                          topic->is_string() && payload != nullptr && payload->is_string();
    if (!is_whole) return std::nullopt;
    RecordedMessage message;
    message.at =
        std::chrono::milliseconds(static_cast<std::int64_t>(at->to_number<double>() * thousand));
    message.broker = static_cast<std::size_t>(broker->as_int64());
    message.topic = std::string_view(topic->as_string());
    message.payload = std::string_view(payload->as_string());
    return message;
}

} // namespace mqtt_sysmon
