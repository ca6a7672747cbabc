// A received message with its own bytes, for as long as a handler works on it. A value.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <string>

namespace mqtt_sub {

class HeldMessage {
public:
    HeldMessage(const mqtt::Publish& packet, base::WallTime received)
        : topic_(packet.topic)
        , payload_(packet.payload.begin(), packet.payload.end())
        , properties_(packet.properties.wire().begin(), packet.properties.wire().end())
        , property_mask_(packet.properties.mask())
        , received_(received)
        , packet_id_(packet.packet_id)
        , qos_(packet.qos)
        , retain_(packet.retain)
        , dup_(packet.dup) {}

    [[nodiscard]] const std::string& topic() const { return topic_; }

    [[nodiscard]] const base::ByteBuffer& payload() const { return payload_; }

    [[nodiscard]] mqtt::PropertyList properties() const { return {properties_, property_mask_}; }

    [[nodiscard]] base::WallTime received() const { return received_; }

    /// Views of this message.
    [[nodiscard]] mqtt::Publish packet() const {
        mqtt::Publish packet;
        packet.topic = topic_;
        packet.payload = payload_;
        packet.properties = properties();
        packet.packet_id = packet_id_;
        packet.qos = qos_;
        packet.retain = retain_;
        packet.dup = dup_;
        return packet;
    }

private:
    std::string topic_;
    base::ByteBuffer payload_;
    base::ByteBuffer properties_;
    std::uint64_t property_mask_ = 0;
    base::WallTime received_;
    mqtt::PacketId packet_id_ = 0;
    mqtt::Qos qos_{};
    bool retain_ = false;
    bool dup_ = false;
};

} // namespace mqtt_sub
