// Encodes a packet of ours into a connection's output and counts it. PUBLISH has its own writer
// (publish_writer.hpp). Shard thread only.
#pragma once

#include "common/mqtt/codec/encode.hpp"
#include "tools/mqttd/session/link.hpp"

#include <string_view>

namespace mqttd {

inline void count_sent(ShardContext& context, mqtt::PacketType type) {
    context.counters.messages_sent.add();
    context.counters.packets_sent[static_cast<std::size_t>(type)].add();
}

template <typename Packet>
void send_packet(ShardContext& context, Link& link, mqtt::PacketType type, const Packet& packet) {
    base::ByteBuffer& scratch = context.encode_scratch;
    scratch.clear();
    if constexpr (requires { mqtt::codec::encode(packet, link.terms().version, scratch); }) {
        mqtt::codec::encode(packet, link.terms().version, scratch);
    } else {
        mqtt::codec::encode(packet, scratch);
    }
    link.output().append(scratch);
    link.output_changed();
    count_sent(context, type);
}

} // namespace mqttd
