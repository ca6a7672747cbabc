// Bytes to packets, and what each packet of the server does.
#include "common/base/escape.hpp"
#include "common/client/engine/engine.hpp"
#include "common/client/engine/words.hpp"
#include "common/mqtt/codec/decode.hpp"

#include <string>
#include <utility>
#include <variant>

namespace client::engine {

using mqtt::PropertyId;
using mqtt::ReasonCode;
using mqtt::codec::Frame;
using mqtt::codec::FrameRead;
using mqtt::codec::FrameStatus;

namespace {

std::string unexpected(mqtt::PacketType type, std::string_view why) {
    return "unexpected " + std::string(name_of(type)) + ": " + std::string(why);
}

std::string rule_in_words(const mqtt::codec::DecodeError& error) {
    std::string text(error.what);
    if (!error.clause.empty()) text += " [" + std::string(error.clause) + "]";
    return text;
}

} // namespace

void Engine::on_bytes(base::Bytes bytes, base::SteadyTime now) {
    if (state_ != State::connecting && state_ != State::connected) return;
    last_received_ = now;
    if (input_.empty()) {
        base::append(input_, bytes.subspan(consume(bytes)));
    } else {
        base::append(input_, bytes);
        const std::size_t used = consume(input_);
        input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(used));
    }
    events_.on_batch();
    pump(now);
}

std::size_t Engine::consume(base::Bytes bytes) {
    std::size_t used = 0;
    while (state_ == State::connecting || state_ == State::connected) {
        const FrameRead read =
            mqtt::codec::next_frame(bytes.subspan(used), options_.maximum_packet_size);
        if (read.status == FrameStatus::incomplete) return used;
        if (read.status == FrameStatus::invalid) {
            fail_with_disconnect(read.error.reason, rule_in_words(read.error));
            break;
        }
        used += read.frame.size();
        in_packet_ = true;
        on_frame(read.frame);
        in_packet_ = false;
        if (end_.has_value()) write_disconnect();
    }
    return bytes.size(); // the connection ends: the rest does not matter
}

void Engine::on_frame(const Frame& frame) {
    const bool is_connack = frame.type() == mqtt::PacketType::connack;
    const std::uint8_t return_code = is_connack && frame.body.size() >= 2 ? frame.body[1] : 0;
    // A server that does not know the version answers in the words of one it knows.
    const bool is_old_refusal = options_.version == mqtt::ProtocolVersion::v5 &&
                                state_ == State::connecting && is_connack &&
                                frame.body.size() == 2 && return_code >= 1 && return_code <= 5;
    if (is_old_refusal) {
        on_refused_in_old_style(return_code);
        return;
    }
    const auto decoded = mqtt::codec::decode(frame, options_.version, mqtt::Sender::server);
    if (!decoded.has_value()) {
        fail_with_disconnect(
            decoded.error().reason,
            "the server sent an invalid " + std::string(name_of(frame.type())) + ": " +
                rule_in_words(decoded.error())
        );
        return;
    }
    if (events_.wants_trace()) wire_.trace(Direction::received, *decoded, frame.size());
    if (state_ == State::connecting) {
        handle_before_connack(*decoded, return_code);
    } else {
        handle(*decoded);
    }
}

void Engine::handle_before_connack(const mqtt::Packet& packet, std::uint8_t return_code) {
    if (const auto* connack = std::get_if<mqtt::Connack>(&packet)) {
        on_packet(*connack, return_code);
    } else if (const auto* auth = std::get_if<mqtt::Auth>(&packet)) {
        on_packet(*auth);
    } else if (const auto* disconnect = std::get_if<mqtt::Disconnect>(&packet)) {
        on_packet(*disconnect);
    } else {
        fail_with_disconnect(
            ReasonCode::protocol_error, "the server sent something else before CONNACK"
        );
    }
}

void Engine::handle(const mqtt::Packet& packet) {
    std::visit(
        [this](const auto& known) {
            if constexpr (requires { on_packet(known); }) {
                on_packet(known);
            } else {
                fail_with_disconnect(
                    ReasonCode::protocol_error, "the server sent a packet out of place"
                );
            }
        },
        packet
    );
}

void Engine::on_packet(const mqtt::Publish& packet) {
    if (auto violation = inbox_.on_publish(packet))
        fail_with_disconnect(violation->reason, std::move(violation->what));
}

void Engine::on_packet(const mqtt::Puback& packet) {
    if (!outbox_.on_puback(packet)) {
        fail_with_disconnect(
            ReasonCode::protocol_error, unexpected(mqtt::PacketType::puback, "nothing awaits it")
        );
    }
}

void Engine::on_packet(const mqtt::Pubrec& packet) {
    outbox_.on_pubrec(packet);
}

void Engine::on_packet(const mqtt::Pubrel& packet) {
    inbox_.on_pubrel(packet);
}

void Engine::on_packet(const mqtt::Pubcomp& packet) {
    // One that answers a PUBREL of ours with "not found" belongs to no message.
    static_cast<void>(outbox_.on_pubcomp(packet));
}

std::optional<Engine::Request> Engine::take_request(mqtt::PacketId id, RequestKind kind) {
    const auto known = requests_.find(id);
    if (known == requests_.end() || known->second.kind != kind) return std::nullopt;
    const Request request = known->second;
    requests_.erase(known);
    ids_.release(id);
    return request;
}

void Engine::on_packet(const mqtt::Suback& packet) {
    const auto request = take_request(packet.packet_id, RequestKind::subscribe);
    if (!request.has_value() || request->count != packet.reasons.size()) { // [MQTT-3.8.4-6]
        fail_with_disconnect(
            ReasonCode::protocol_error,
            unexpected(mqtt::PacketType::suback, "it does not answer our SUBSCRIBE")
        );
        return;
    }
    events_.on_subscribed(request->token, packet.reasons);
}

void Engine::on_packet(const mqtt::Unsuback& packet) {
    const auto request = take_request(packet.packet_id, RequestKind::unsubscribe);
    const bool is_old = options_.version != mqtt::ProtocolVersion::v5;
    if (!request.has_value() || (!is_old && request->count != packet.reasons.size())) {
        fail_with_disconnect(
            ReasonCode::protocol_error,
            unexpected(mqtt::PacketType::unsuback, "it does not answer our UNSUBSCRIBE")
        );
        return;
    }
    events_.on_unsubscribed(request->token, packet.reasons);
}

void Engine::on_packet(const mqtt::Pingresp& /*packet*/) {
    ping_sent_.reset();
}

void Engine::on_packet(const mqtt::Disconnect& packet) {
    fail(FailureKind::server_disconnect, packet.reason, in_words(packet.reason, packet.properties));
    if (const auto other = packet.properties.text(PropertyId::server_reference))
        failure_.server_reference = base::escaped(*other);
}

void Engine::on_packet(const mqtt::Auth& /*packet*/) {
    fail_with_disconnect(
        ReasonCode::bad_authentication_method,
        "the server asks for more steps of authentication, which this client does not know"
    );
}

} // namespace client::engine
