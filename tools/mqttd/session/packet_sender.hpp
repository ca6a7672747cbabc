// Encodes a packet of ours into a connection's output and counts it. PUBLISH has its own writer
// (publish_writer.hpp). Shard thread only.
#pragma once

#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/codec/encode_within.hpp"
#include "tools/mqttd/session/link.hpp"

#include <string_view>

namespace mqttd {

inline void count_sent(ShardContext& context, mqtt::PacketType type) {
    context.counters.messages_sent.add();
    context.counters.packets_sent[static_cast<std::size_t>(type)].add();
}

/// A packet that is too large for the client even without its reason string and user properties is
/// not sent. [MQTT-3.1.2-24] [MQTT-3.1.2-25]
template <typename Packet>
void send_packet(ShardContext& context, Link& link, mqtt::PacketType type, const Packet& packet) {
    base::ByteBuffer& scratch = context.encode_scratch;
    scratch.clear();
    const LinkTerms& terms = link.terms();
    if constexpr (mqtt::codec::Explained<Packet>) {
        if (!mqtt::codec::encode_within(packet, terms.version, terms.max_packet_size, scratch)) {
            return;
        }
    } else if constexpr (requires { mqtt::codec::encode(packet, terms.version, scratch); }) {
        mqtt::codec::encode(packet, terms.version, scratch);
    } else {
        mqtt::codec::encode(packet, scratch);
    }
    link.append_output(scratch);
    link.output_changed();
    count_sent(context, type);
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP with reason code 0: four bytes in every version.
/// [MQTT5 3.4.2.1]
inline void
send_short_reply(ShardContext& context, Link& link, mqtt::PacketType type, mqtt::PacketId id) {
    constexpr std::uint32_t size = 4;
    const std::uint32_t limit = link.terms().max_packet_size;
    if (limit != 0 && limit < size) return;
    const unsigned flags = type == mqtt::PacketType::pubrel ? 2 : 0; // [MQTT-3.6.1-1]
    std::uint8_t* const out = link.extend_output(size);
    out[0] = static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4U | flags);
    out[1] = 2;
    out[2] = static_cast<std::uint8_t>(id >> 8U);
    out[3] = static_cast<std::uint8_t>(id);
    link.output_changed();
    count_sent(context, type);
}

/// PUBACK or PUBREC of a 5.0 client that says success unless the message turns out to be lost on
/// other shards. Precondition: the output is held.
inline void send_undecided_reply(
    ShardContext& context, Link& link, mqtt::Qos qos, mqtt::PacketId id, const MessagePtr& message
) {
    constexpr std::uint32_t size = 5;
    const auto type =
        qos == mqtt::Qos::at_least_once ? mqtt::PacketType::puback : mqtt::PacketType::pubrec;
    const std::uint32_t limit = link.terms().max_packet_size;
    if (limit != 0 && limit < size) return send_short_reply(context, link, type, id);
    std::uint8_t* const out = link.extend_output(size);
    out[0] = static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4U);
    out[1] = 3;
    out[2] = static_cast<std::uint8_t>(id >> 8U);
    out[3] = static_cast<std::uint8_t>(id);
    out[4] = static_cast<std::uint8_t>(mqtt::ReasonCode::success);
    link.await_fate(id, qos, message);
    link.output_changed();
    count_sent(context, type);
}

} // namespace mqttd
