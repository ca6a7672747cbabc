// Bytes to packets, strictly: every rule of the wire format is checked, nothing is copied, no
// length is believed. Views in the results point into the frame. Rules that need to know the
// session are not here.
#pragma once

#include "common/mqtt/codec/decode_error.hpp"
#include "common/mqtt/codec/frame.hpp"
#include "common/mqtt/packet/packets.hpp"

namespace mqtt::codec {

/// CONNECT of any version (the packet says which). An unsupported protocol level is 0x84, a wrong
/// protocol name 0x84 too, a will topic with a wildcard 0x90; the rest 0x81 or 0x82: a client
/// identifier that is not UTF-8 makes the packet malformed, it is not an identifier to refuse. An
/// empty client identifier is passed on: whether it is accepted is a matter of the handshake.
[[nodiscard]] Decoded<Connect> decode_connect(const Frame& frame);
[[nodiscard]] Decoded<Connack> decode_connack(const Frame& frame, ProtocolVersion version);
/// sender matters in 5.0: a client must not send a subscription identifier. [MQTT-3.3.4-6]
[[nodiscard]] Decoded<Publish>
decode_publish(const Frame& frame, ProtocolVersion version, Sender sender);
[[nodiscard]] Decoded<Puback> decode_puback(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Pubrec> decode_pubrec(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Pubrel> decode_pubrel(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Pubcomp> decode_pubcomp(const Frame& frame, ProtocolVersion version);
/// A filter that is not UTF-8 or is empty is malformed; whether its wildcards are well placed is
/// not looked at here, because the server decides how to answer that: see
/// topic::is_valid_filter.
[[nodiscard]] Decoded<Subscribe> decode_subscribe(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Suback> decode_suback(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Unsubscribe> decode_unsubscribe(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Unsuback> decode_unsuback(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Pingreq> decode_pingreq(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Pingresp> decode_pingresp(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Decoded<Disconnect>
decode_disconnect(const Frame& frame, ProtocolVersion version, Sender sender);
/// AUTH does not exist before 5.0: malformed there. [MQTT5 3.15]
[[nodiscard]] Decoded<Auth> decode_auth(const Frame& frame, ProtocolVersion version, Sender sender);

/// Any packet that this sender may send; a packet of the wrong direction is 0x82.
[[nodiscard]] Decoded<Packet> decode(const Frame& frame, ProtocolVersion version, Sender sender);

} // namespace mqtt::codec
