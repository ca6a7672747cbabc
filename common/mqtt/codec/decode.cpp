#include "common/mqtt/codec/decode.hpp"

#include "common/mqtt/codec/rules.hpp"

#include <utility>

namespace mqtt::codec {

namespace {

enum class Direction : std::uint8_t { from_client, from_server, both };

Direction direction_of(PacketType type) {
    switch (type) {
    case PacketType::connect:
    case PacketType::subscribe:
    case PacketType::unsubscribe:
    case PacketType::pingreq:
        return Direction::from_client;
    case PacketType::connack:
    case PacketType::suback:
    case PacketType::unsuback:
    case PacketType::pingresp:
        return Direction::from_server;
    default:
        return Direction::both;
    }
}

bool may_send(Sender sender, PacketType type) {
    const Direction direction = direction_of(type);
    if (direction == Direction::both) return true;
    return (direction == Direction::from_client) == (sender == Sender::client);
}

template <typename Value>
Decoded<Packet> as_packet(Decoded<Value> decoded) {
    if (decoded.has_error()) return decoded.error();
    return Packet(std::move(*decoded));
}

} // namespace

Decoded<Packet> decode(const Frame& frame, ProtocolVersion version, Sender sender) {
    if (!may_send(sender, frame.type())) return broken(Rule::sender_may_send_type, version, 0);
    switch (frame.type()) {
    case PacketType::connect:
        return as_packet(decode_connect(frame));
    case PacketType::connack:
        return as_packet(decode_connack(frame, version));
    case PacketType::publish:
        return as_packet(decode_publish(frame, version, sender));
    case PacketType::puback:
        return as_packet(decode_puback(frame, version));
    case PacketType::pubrec:
        return as_packet(decode_pubrec(frame, version));
    case PacketType::pubrel:
        return as_packet(decode_pubrel(frame, version));
    case PacketType::pubcomp:
        return as_packet(decode_pubcomp(frame, version));
    case PacketType::subscribe:
        return as_packet(decode_subscribe(frame, version));
    case PacketType::suback:
        return as_packet(decode_suback(frame, version));
    case PacketType::unsubscribe:
        return as_packet(decode_unsubscribe(frame, version));
    case PacketType::unsuback:
        return as_packet(decode_unsuback(frame, version));
    case PacketType::pingreq:
        return as_packet(decode_pingreq(frame, version));
    case PacketType::pingresp:
        return as_packet(decode_pingresp(frame, version));
    case PacketType::disconnect:
        return as_packet(decode_disconnect(frame, version, sender));
    case PacketType::auth:
        return as_packet(decode_auth(frame, version, sender));
    }
    return broken(Rule::packet_type_is_known, version, 0);
}

} // namespace mqtt::codec
