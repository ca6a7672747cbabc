// Short ways to write a server's packets.
#pragma once

#include "common/mqtt/packet/packets.hpp"
#include "common/mqtt/packet/property_builder.hpp"

#include <string_view>

namespace client::engine {

template <typename Reply>
Reply reply(mqtt::PacketId id, mqtt::ReasonCode reason = mqtt::ReasonCode::success) {
    Reply packet;
    packet.packet_id = id;
    packet.reason = reason;
    return packet;
}

inline mqtt::Publish
publish(std::string_view topic, std::string_view payload, mqtt::Qos qos, mqtt::PacketId id) {
    mqtt::Publish packet;
    packet.topic = topic;
    packet.payload = base::as_bytes(payload);
    packet.qos = qos;
    packet.packet_id = id;
    return packet;
}

inline mqtt::Connack resumed() {
    mqtt::Connack packet;
    packet.session_present = true;
    return packet;
}

/// The properties outlive the packet.
inline mqtt::Connack connack_with(const mqtt::PropertyBuilder& properties) {
    mqtt::Connack packet;
    packet.properties = properties.list();
    return packet;
}

} // namespace client::engine
