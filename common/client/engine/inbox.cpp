#include "common/client/engine/inbox.hpp"

namespace client::engine {

using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::ReasonCode;
using mqtt::flow::Receipt;

namespace {

bool is_version_5(const SessionOptions& options) {
    return options.version == mqtt::ProtocolVersion::v5;
}

template <typename Reply>
Reply reply_to(mqtt::PacketId id) {
    Reply reply;
    reply.packet_id = id;
    return reply;
}

} // namespace

Inbox::Inbox(const SessionOptions& options, EngineEvents& events, Wire& wire)
    : options_(options)
    , events_(events)
    , wire_(wire)
    , flow_(is_version_5(options) ? options.receive_maximum : 0)
    , aliases_(options.topic_alias_maximum) {}

void Inbox::begin(bool session_present) {
    if (session_present) {
        flow_.clear_quota();
    } else {
        flow_ = mqtt::flow::ReceiveFlow(is_version_5(options_) ? options_.receive_maximum : 0);
    }
    held_.begin(session_present);
    aliases_ = mqtt::flow::AliasReceiver(options_.topic_alias_maximum); // [MQTT-3.3.2-7]
}

std::optional<Violation> Inbox::resolve_alias(mqtt::Publish& packet) {
    const auto alias = packet.properties.number(PropertyId::topic_alias);
    if (!alias.has_value()) return std::nullopt;
    const auto number = static_cast<std::uint16_t>(*alias);
    if (!packet.topic.empty()) {
        if (aliases_.set(number, packet.topic)) return std::nullopt;
        return Violation{
            ReasonCode::topic_alias_invalid,
            "topic alias " + std::to_string(number) + " is above our maximum"};
    }
    const auto topic = aliases_.find(number);
    if (!topic.has_value()) {
        return Violation{
            ReasonCode::topic_alias_invalid,
            "topic alias " + std::to_string(number) + " was never set"};
    }
    packet.topic = *topic;
    return std::nullopt;
}

std::optional<Violation> Inbox::on_publish(mqtt::Publish packet) {
    if (auto violation = resolve_alias(packet)) return violation;
    const Receipt receipt = flow_.on_publish(packet.qos, packet.packet_id);
    if (receipt == Receipt::window_exceeded) {
        return Violation{
            ReasonCode::receive_maximum_exceeded,
            "more messages without acknowledgement than our receive maximum"};
    }
    if (options_.manual_acknowledgement) {
        deliver_for_later(packet, receipt);
    } else {
        if (receipt == Receipt::accepted) events_.on_message(packet);
        acknowledge(packet.qos, packet.packet_id);
    }
    return std::nullopt;
}

void Inbox::acknowledge(Qos qos, mqtt::PacketId id) {
    if (qos == Qos::at_least_once) {
        flow_.finish(id);
        wire_.send(reply_to<mqtt::Puback>(id));
    } else if (qos == Qos::exactly_once) {
        wire_.send(reply_to<mqtt::Pubrec>(id));
    }
}

// A QoS 2 message that the flow knows is with the user since an earlier connection, or it was
// acknowledged there and the server has not heard of it.
void Inbox::deliver_for_later(const mqtt::Publish& packet, Receipt receipt) {
    if (packet.qos == Qos::at_most_once) return events_.on_delivery(0, packet);
    const auto id = held_.on_publish(packet.qos, packet.packet_id, packet.dup);
    if (!id) return send_due();
    if (receipt == Receipt::duplicate) return acknowledge(*id, true);
    events_.on_delivery(*id, packet);
}

void Inbox::acknowledge(DeliveryId id, bool connected) {
    held_.acknowledge(id);
    if (connected) send_due();
}

void Inbox::send_due() {
    for (const auto& due : held_.take_due())
        acknowledge(due.qos, due.packet_id);
}

void Inbox::on_pubrel(const mqtt::Pubrel& packet) {
    auto reply = reply_to<mqtt::Pubcomp>(packet.packet_id);
    if (!flow_.on_pubrel(packet.packet_id)) reply.reason = ReasonCode::packet_identifier_not_found;
    wire_.send(reply);
}

} // namespace client::engine
