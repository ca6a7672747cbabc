// Bytes from the client: one packet after the other, each handed to the session. Only a packet that
// is cut in two is copied.
#include "common/base/escape.hpp"
#include "common/mqtt/codec/plain_publish.hpp"
#include "tools/mqttd/connection/connection.hpp"
#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/session/packet_sender.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

using mqtt::PacketType;
using mqtt::ReasonCode;

namespace {

/// Whatever begins otherwise is not MQTT or not allowed to come first: no need to wait for the rest
/// of it. [MQTT-3.1.0-1] [MQTT-2.1.3-1]
constexpr std::uint8_t connect_first_byte = 0x10;

} // namespace

bool Connection::wants_bytes() const {
    return (state_ == State::awaiting_connect || state_ == State::connected) &&
           output().size() <= config().limits.max_output_bytes && !host_->congested() &&
           !(is_held() && context().journal->is_behind());
}

void Connection::on_bytes(base::Bytes input) {
    context().counters.bytes_received.add(input.size());
    last_packet_ = context().now;
    if (!pending_.empty()) input = complete_pending(input);
    if (input.empty() || state_ == State::closing) return;
    const std::size_t used = process(input);
    if (state_ == State::closing) return;
    base::append(pending_, input.subspan(used));
}

// Gives the packet that is waiting what it lacks and no more, so that the rest is read where it is.
// Returns that rest.
base::Bytes Connection::complete_pending(base::Bytes input) {
    while (!pending_.empty() && !input.empty()) {
        const std::size_t lacking = lacking_bytes();
        const std::size_t taken = std::min(lacking, input.size());
        base::append(pending_, input.first(taken));
        input = input.subspan(taken);
        process_pending();
        if (state_ == State::closing) return {};
        if (holds_connect()) {
            base::append(pending_, input);
            return {};
        }
    }
    return input;
}

void Connection::process_pending() {
    base::ByteBuffer input;
    input.swap(pending_);
    const std::size_t used = process(input);
    if (state_ == State::closing || used == input.size()) return;
    input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(used));
    input.swap(pending_);
}

// 1 while the length of the packet is not known yet: it has at most four bytes.
std::size_t Connection::lacking_bytes() const {
    const auto read = mqtt::codec::next_frame(pending_, frame_limit());
    return read.expected_size > pending_.size() ? read.expected_size - pending_.size() : 1;
}

std::size_t Connection::frame_limit() const {
    const LimitConfig& limits = config().limits;
    if (state_ != State::awaiting_connect) return limits.max_packet_size;
    if (limits.max_packet_size == 0) return limits.max_connect_size;
    return std::min(limits.max_packet_size, limits.max_connect_size);
}

std::size_t Connection::process(base::Bytes input) {
    std::size_t used = 0;
    mqtt::codec::Frame frame;
    while (state_ == State::connected && mqtt::codec::short_frame(input, frame_limit(), frame)) {
        handle(frame);
        input = input.subspan(frame.size());
        used += frame.size();
    }
    while (state_ == State::awaiting_connect || state_ == State::connected) {
        const auto read = mqtt::codec::next_frame(input, frame_limit());
        const bool is_stranger = state_ == State::awaiting_connect && !input.empty() &&
                                 input.front() != connect_first_byte;
        if (read.status == mqtt::codec::FrameStatus::incomplete && !is_stranger) break;
        if (read.status == mqtt::codec::FrameStatus::invalid || is_stranger) {
            if (state_ == State::awaiting_connect) {
                reject_first_packet({.first_byte = input.front(), .header_size = 1, .body = {}});
            } else {
                if (read.error.reason == mqtt::ReasonCode::packet_too_large)
                    context().counters.refused_packet_size.add();
                protocol_failure(read.error);
            }
            break;
        }
        handle(read.frame);
        if (holds_connect()) break;
        input = input.subspan(read.frame.size());
        used += read.frame.size();
    }
    return used;
}

void Connection::handle(const mqtt::codec::Frame& frame) {
    context().counters.messages_received.add();
    context().counters.packets_received[static_cast<std::size_t>(frame.type())].add();
    if (state_ == State::connected) {
        handle_connected(frame);
    } else if (frame.type() == PacketType::connect) {
        handle_connect(frame);
    } else {
        reject_first_packet(frame);
    }
}

template <typename Packet>
void Connection::hand_to_session(const mqtt::codec::Decoded<Packet>& packet) {
    if (packet.has_value()) {
        session_->receive(*packet);
    } else {
        protocol_failure(packet.error());
    }
}

void Connection::handle_connected(const mqtt::codec::Frame& frame) {
    const mqtt::ProtocolVersion version = terms().version;
    switch (frame.type()) {
    case PacketType::publish:
        if (mqtt::Publish plain; mqtt::codec::plain_publish(frame, is_v5(), plain)) {
            return session_->receive(plain);
        }
        return hand_to_session(mqtt::codec::decode_publish(frame, version, mqtt::Sender::client));
    case PacketType::puback:
        return hand_to_session(mqtt::codec::decode_puback(frame, version));
    case PacketType::pubrec:
        return hand_to_session(mqtt::codec::decode_pubrec(frame, version));
    case PacketType::pubrel:
        return hand_to_session(mqtt::codec::decode_pubrel(frame, version));
    case PacketType::pubcomp:
        return hand_to_session(mqtt::codec::decode_pubcomp(frame, version));
    case PacketType::subscribe:
        return hand_to_session(mqtt::codec::decode_subscribe(frame, version));
    case PacketType::unsubscribe:
        return hand_to_session(mqtt::codec::decode_unsubscribe(frame, version));
    case PacketType::pingreq:
        if (const auto ping = mqtt::codec::decode_pingreq(frame, version); ping.has_error()) {
            return protocol_failure(ping.error());
        }
        return send_packet(context(), *this, PacketType::pingresp, mqtt::Pingresp{});
    case PacketType::disconnect:
        return handle_disconnect(frame);
    case PacketType::connect: // [MQTT-3.1.0-2]
        return fail(ReasonCode::protocol_error, "second CONNECT on one connection");
    case PacketType::auth:
        return fail(ReasonCode::protocol_error, "AUTH without an authentication method");
    default:
        return fail(ReasonCode::protocol_error, "a packet that only a server may send");
    }
}

void Connection::handle_disconnect(const mqtt::codec::Frame& frame) {
    const auto packet =
        mqtt::codec::decode_disconnect(frame, terms().version, mqtt::Sender::client);
    if (packet.has_error()) return protocol_failure(packet.error());
    if (const auto expiry = packet->properties.number(mqtt::PropertyId::session_expiry_interval)) {
        if (session_->expiry() == 0 && *expiry != 0) { // [MQTT-3.14.2-2]
            return fail(
                ReasonCode::protocol_error,
                "session expiry in DISCONNECT although CONNECT asked for none"
            );
        }
        const auto cap = config().persistent_client_expiration;
        session_->set_expiry(
            cap ? static_cast<std::uint32_t>(std::min<std::int64_t>(cap->count(), *expiry))
                : *expiry
        );
    }
    // Only a normal disconnection deletes the will. [MQTT-3.14.4-3]
    ending_ = packet->reason == ReasonCode::success ? Ending::normal : Ending::with_will;
    std::string why = "client disconnected";
    if (packet->reason != ReasonCode::success) {
        why += ": " + std::string(mqtt::name_of(packet->reason));
    }
    if (const auto text = packet->properties.text(mqtt::PropertyId::reason_string)) {
        why += " (" + base::escaped(*text) + ")";
    }
    close(why, packet->reason);
}

} // namespace mqttd
