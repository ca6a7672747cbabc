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
    link.output().append(scratch);
    link.output_changed();
    count_sent(context, type);
}

} // namespace mqttd
