#include "tests/unit/client/engine_script.hpp"

#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/codec/frame.hpp"
#include "tests/support/packet_text.hpp"

#include <stdexcept>
#include <utility>

namespace client::engine {

namespace {

std::string numbers(const std::vector<mqtt::ReasonCode>& reasons) {
    std::string text;
    for (const mqtt::ReasonCode reason : reasons)
        text += " " + std::to_string(static_cast<unsigned>(reason));
    return text;
}

} // namespace

Message message(std::string topic, std::string_view payload, mqtt::Qos qos) {
    Message result;
    result.topic = std::move(topic);
    const base::Bytes bytes = base::as_bytes(payload);
    result.payload.assign(bytes.begin(), bytes.end());
    result.qos = qos;
    return result;
}

EngineScript::EngineScript(SessionOptions options) : engine(std::move(options), *this) {}

void EngineScript::connect(const mqtt::Connack& connack) {
    engine.on_opened(clock.now());
    receive(connack);
    static_cast<void>(sent());
    static_cast<void>(events());
}

void EngineScript::receive(const mqtt::Packet& packet) {
    base::ByteBuffer bytes;
    mqtt::codec::encode(packet, engine.options().version, bytes);
    engine.on_bytes(bytes, clock.now());
}

void EngineScript::receive_bytes(const std::vector<std::uint8_t>& bytes) {
    engine.on_bytes(bytes, clock.now());
}

void EngineScript::advance(base::Duration by) {
    clock.advance(by);
    engine.on_time(clock.now());
}

void EngineScript::reconnect(const mqtt::Connack& connack) {
    engine.on_closed();
    engine.on_opened(clock.now());
    static_cast<void>(sent());
    static_cast<void>(events());
    receive(connack);
}

std::string EngineScript::sent() {
    engine.pump(clock.now());
    std::string text;
    const base::ByteBuffer bytes = engine.take_output(clock.now());
    base::Bytes rest = bytes;
    while (!rest.empty()) {
        const auto read = mqtt::codec::next_frame(rest, 0);
        if (read.status != mqtt::codec::FrameStatus::complete)
            throw std::runtime_error("the engine sent half a packet");
        const auto packet =
            mqtt::codec::decode(read.frame, engine.options().version, mqtt::Sender::client);
        if (!packet.has_value())
            throw std::runtime_error("the engine sent: " + std::string(packet.error().what));
        text += support::packet_text(*packet) + "\n";
        rest = rest.subspan(read.frame.size());
    }
    return text;
}

std::string EngineScript::events() {
    return std::exchange(events_, {});
}

void EngineScript::note(const std::string& line) {
    events_ += line + "\n";
}

void EngineScript::on_connected(const Connected& connected) {
    std::string line = connected.reconnected ? "reconnected" : "connected";
    if (connected.session_present) line += " session";
    note(line + " as \"" + connected.client_id + "\"");
}

void EngineScript::on_message(const mqtt::Publish& packet) {
    note(
        "message " + std::string(packet.topic) + ": " + std::string(base::as_text(packet.payload))
    );
    if (when_message) when_message();
}

void EngineScript::on_delivery(DeliveryId id, const mqtt::Publish& packet) {
    note("delivery " + std::to_string(id) + " " + std::string(packet.topic));
}

void EngineScript::on_published(Token token, const Published& published) {
    std::string line = "published " + std::to_string(token);
    if (published.reason != mqtt::ReasonCode::success)
        line += " reason " + std::to_string(static_cast<unsigned>(published.reason));
    if (!published.what.empty()) line += " (" + published.what + ")";
    if (!published.sent) line += " unsent";
    note(line);
    if (when_published) when_published();
}

void EngineScript::on_subscribed(Token token, const std::vector<mqtt::ReasonCode>& reasons) {
    note("subscribed " + std::to_string(token) + ":" + numbers(reasons));
}

void EngineScript::on_unsubscribed(Token token, const std::vector<mqtt::ReasonCode>& reasons) {
    note("unsubscribed " + std::to_string(token) + ":" + numbers(reasons));
}

void EngineScript::on_room() {
    note("room");
}

} // namespace client::engine
