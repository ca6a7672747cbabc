#include "tools/mqtt-sub/handlers/environment.hpp"

#include "common/base/json_text.hpp"

#include <algorithm>

namespace mqtt_sub {

namespace {

using mqtt::PropertyId;

constexpr std::size_t most_levels = 100; ///< that get a variable of their own

/// Names may be anything, variables may not; and a value cannot have a NUL.
std::string variable_of(std::string_view name) {
    std::string variable;
    for (const char c : name) {
        const bool is_plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        variable += is_plain ? c : '_';
    }
    return variable;
}

} // namespace

std::vector<std::string> message_environment(const HeldMessage& message, std::uint32_t attempt) {
    std::vector<std::string> all;
    const auto add = [&all](std::string_view name, std::string_view value) {
        all.push_back(
            "MQTT_" + std::string(name) + "=" + std::string(value.substr(0, value.find('\0')))
        );
    };
    const mqtt::Publish packet = message.packet();
    add("TOPIC", packet.topic);
    std::size_t number = 1;
    for (std::string_view rest = packet.topic;; ++number) {
        const std::string_view level = rest.substr(0, rest.find('/'));
        add("TOPIC_" + std::to_string(number), level);
        if (level.size() == rest.size() || number == most_levels) break;
        rest.remove_prefix(level.size() + 1);
    }
    add("QOS", std::to_string(static_cast<unsigned>(packet.qos)));
    add("RETAIN", packet.retain ? "1" : "0");
    add("DUP", packet.dup ? "1" : "0");
    add("ATTEMPT", std::to_string(attempt));
    for (const mqtt::PropertyView& property : packet.properties) {
        switch (property.id) {
        case PropertyId::content_type:
            add("CONTENT_TYPE", property.text);
            break;
        case PropertyId::response_topic:
            add("RESPONSE_TOPIC", property.text);
            break;
        case PropertyId::correlation_data:
            add("CORRELATION_B64", base::base64(base::as_bytes(property.text)));
            break;
        case PropertyId::user_property:
            add("UP_" + variable_of(property.name), property.text);
            break;
        default:
            break;
        }
    }
    return all;
}

} // namespace mqtt_sub
