// What a handler is told of its message in environment variables. Pure.
#pragma once

#include "tools/mqtt-sub/handlers/held_message.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mqtt_sub {

/// "MQTT_TOPIC=home/kitchen", MQTT_TOPIC_1=home, …, MQTT_QOS, MQTT_RETAIN, MQTT_DUP, MQTT_ATTEMPT
/// (from 1), and what the message has of MQTT_CONTENT_TYPE, MQTT_RESPONSE_TOPIC,
/// MQTT_CORRELATION_B64 and MQTT_UP_name for user properties, where a character of the name that is
/// no letter or digit is _.
[[nodiscard]] std::vector<std::string>
message_environment(const HeldMessage& message, std::uint32_t attempt);

} // namespace mqtt_sub
