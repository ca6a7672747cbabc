// Messages for the tests of handlers.
#pragma once

#include "common/mqtt/packet/property_builder.hpp"
#include "tools/mqtt-sub/handlers/held_message.hpp"

#include <string_view>

namespace mqtt_sub {

[[nodiscard]] inline HeldMessage held(
    std::string_view topic, std::string_view payload, const mqtt::PropertyBuilder& properties = {}
) {
    mqtt::Publish packet;
    packet.topic = topic;
    packet.payload = base::as_bytes(payload);
    packet.properties = properties.list();
    packet.qos = mqtt::Qos::at_least_once;
    packet.packet_id = 7;
    return {packet, base::WallTime(std::chrono::seconds(1'000'000))};
}

} // namespace mqtt_sub
