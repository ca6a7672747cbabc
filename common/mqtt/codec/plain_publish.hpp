// The PUBLISH that nearly every PUBLISH is, read inline: a topic name of plain ASCII, no
// properties, nothing wrong. Whatever else there is to say about a packet, decode_publish() says
// it.
#pragma once

#include "common/mqtt/codec/frame.hpp"
#include "common/mqtt/codec/text_check.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <cstddef>
#include <cstdint>

namespace mqtt::codec {

/// Precondition: a PUBLISH, read from an input. true: packet is what decode_publish() would give,
/// and received is set. false says nothing.
[[nodiscard]] inline bool plain_publish(const Frame& frame, bool is_v5, Publish& packet) {
    const auto qos = static_cast<std::uint8_t>((frame.flags() >> 1U) & 0x03U);
    const bool dup = (frame.flags() & 0x08U) != 0;
    if (qos > 2 || (dup && qos == 0)) return false; // [MQTT-3.3.1-2] [MQTT-3.3.1-4]
    const base::Bytes body = frame.body;
    const std::size_t id_size = qos == 0 ? 0 : 2;
    const std::size_t other_size = 2 + id_size + (is_v5 ? 1 : 0);
    if (body.size() < other_size) return false;
    const std::size_t topic_size = std::size_t{body[0]} << 8U | body[1];
    if (topic_size == 0 || topic_size > body.size() - other_size) return false;
    packet.topic = base::as_text(body.subspan(2, topic_size));
    if (!is_plain_topic(packet.topic)) return false; // [MQTT-3.3.2-2]
    if (qos != 0) {
        packet.packet_id = static_cast<PacketId>(body[2 + topic_size] << 8U | body[3 + topic_size]);
        if (packet.packet_id == 0) return false; // [MQTT-2.2.1-3]
    }
    if (is_v5 && body[other_size - 1 + topic_size] != 0) return false;
    packet.qos = static_cast<Qos>(qos);
    packet.dup = dup;
    packet.retain = (frame.flags() & 0x01U) != 0;
    packet.payload = body.subspan(other_size + topic_size);
    packet.received = frame.bytes();
    return true;
}

} // namespace mqtt::codec
