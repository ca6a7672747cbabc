#include "tests/support/fake_peer.hpp"

#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "tests/support/packet_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace support {

using mqtt::PacketId;
using mqtt::PropertyId;
using mqtt::ReasonCode;

void FakePeer::queue(const mqtt::Packet& packet) {
    mqtt::codec::encode(packet, version_, socket_->to_broker);
}

void FakePeer::send(const mqtt::Packet& packet) {
    queue(packet);
    broker_->settle();
}

void FakePeer::send_hex(std::string_view hex) {
    for (std::size_t at = 0; at + 1 < hex.size(); at += 3) {
        std::uint8_t byte = 0;
        std::from_chars(hex.data() + at, hex.data() + at + 2, byte, 16);
        socket_->to_broker.push_back(byte);
    }
    broker_->settle();
}

void FakePeer::queue_connect(const std::string& id, const ConnectOptions& options) {
    id_ = id;
    version_ = options.version;
    mqtt::Connect connect;
    connect.version = options.version;
    connect.bridge = options.bridge;
    connect.clean_start = options.clean;
    connect.keep_alive = options.keep_alive;
    connect.client_id = id_;
    connect.properties = options.properties.list();
    if (options.user) connect.user_name = *options.user;
    if (options.password) connect.password = base::as_bytes(*options.password);
    if (options.will) {
        connect.will = mqtt::Will{
            .topic = options.will->topic,
            .payload = base::as_bytes(options.will->payload),
            .qos = static_cast<mqtt::Qos>(options.will->qos),
            .retain = options.will->retain,
            .properties = options.will->properties.list(),
        };
    }
    queue(connect);
}

void FakePeer::connect(const std::string& id, const ConnectOptions& options) {
    queue_connect(id, options);
    broker_->settle();
    greeting_ = next();
}

PacketId FakePeer::take_packet_id() {
    return next_id_++;
}

PacketId FakePeer::queue_publish(
    std::string_view topic, std::string_view payload, const PublishOptions& options
) {
    PacketId id = options.id;
    if (options.qos > 0 && id == 0) id = take_packet_id();
    queue(mqtt::Publish{
        .dup = options.dup,
        .qos = static_cast<mqtt::Qos>(options.qos),
        .retain = options.retain,
        .packet_id = id,
        .topic = topic,
        .properties = options.properties.list(),
        .payload = base::as_bytes(payload),
    });
    return id;
}

PacketId
FakePeer::publish(std::string_view topic, std::string_view payload, const PublishOptions& options) {
    const PacketId id = queue_publish(topic, payload, options);
    broker_->settle();
    return id;
}

std::string FakePeer::subscribe_all(
    std::initializer_list<std::string_view> filters, const SubscribeOptions& options
) {
    mqtt::PropertyBuilder properties;
    if (options.identifier != 0) {
        properties.number(PropertyId::subscription_identifier, options.identifier);
    }
    mqtt::Subscribe subscribe{
        .packet_id = take_packet_id(), .properties = properties.list(), .requests = {}};
    for (const std::string_view filter : filters) {
        subscribe.requests.push_back({
            .filter = filter,
            .options =
                {.qos = static_cast<mqtt::Qos>(options.qos),
                 .no_local = options.no_local,
                 .retain_as_published = options.retain_as_published,
                 .retain_handling = options.retain_handling},
        });
    }
    send(subscribe);
    return take_answer(mqtt::PacketType::suback, subscribe.packet_id);
}

int FakePeer::subscribe(std::string_view filter, const SubscribeOptions& options) {
    const std::string suback = subscribe_all({filter}, options);
    const std::size_t at = suback.find("reasons=0x");
    int reason = 0xFF;
    if (at != std::string::npos) {
        std::from_chars(suback.data() + at + 10, suback.data() + at + 12, reason, 16);
    }
    return reason;
}

std::string FakePeer::unsubscribe(std::initializer_list<std::string_view> filters) {
    const mqtt::Unsubscribe unsubscribe{
        .packet_id = take_packet_id(), .properties = {}, .filters = filters};
    send(unsubscribe);
    return take_answer(mqtt::PacketType::unsuback, unsubscribe.packet_id);
}

std::string FakePeer::take_answer(mqtt::PacketType type, PacketId id) {
    collect();
    const std::string name(mqtt::name_of(type));
    const std::string start = name + " id=" + std::to_string(id);
    for (auto received = received_.begin(); received != received_.end(); ++received) {
        std::string text = packet_text(received->packet);
        if (text != start && !text.starts_with(start + ' ')) continue;
        received_.erase(received);
        return name + text.substr(start.size());
    }
    return "no answer";
}

void FakePeer::puback(PacketId id, ReasonCode reason) {
    send(mqtt::Puback{{.packet_id = id, .reason = reason, .properties = {}}});
}

void FakePeer::pubrec(PacketId id, ReasonCode reason) {
    send(mqtt::Pubrec{{.packet_id = id, .reason = reason, .properties = {}}});
}

void FakePeer::pubrel(PacketId id) {
    send(mqtt::Pubrel{{.packet_id = id, .properties = {}}});
}

void FakePeer::pubcomp(PacketId id) {
    send(mqtt::Pubcomp{{.packet_id = id, .properties = {}}});
}

void FakePeer::disconnect(ReasonCode reason, const mqtt::PropertyBuilder& properties) {
    send(mqtt::Disconnect{.reason = reason, .properties = properties.list()});
}

void FakePeer::drop() {
    socket_->ended = true;
    broker_->settle();
}

void FakePeer::collect() {
    base::ByteBuffer& bytes = socket_->from_broker;
    while (malformed_.empty()) {
        const auto read = mqtt::codec::next_frame(bytes, 0);
        if (read.status == mqtt::codec::FrameStatus::incomplete) return;
        if (read.status == mqtt::codec::FrameStatus::invalid) {
            malformed_ = "malformed: " + std::string(read.error.what);
            return;
        }
        const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(read.frame.size());
        Received received{base::ByteBuffer(bytes.begin(), end), {}};
        bytes.erase(bytes.begin(), end);
        const auto own = mqtt::codec::next_frame(received.bytes, 0);
        auto packet = mqtt::codec::decode(own.frame, version_, mqtt::Sender::server);
        if (packet.has_error()) {
            malformed_ = "malformed: " + std::string(packet.error().what);
            return;
        }
        received.packet = std::move(*packet);
        received_.push_back(std::move(received));
    }
}

std::optional<mqtt::Packet> FakePeer::next_packet() {
    collect();
    if (received_.empty()) return std::nullopt;
    current_ = std::move(received_.front());
    received_.erase(received_.begin());
    return current_.packet;
}

std::string FakePeer::next() {
    if (const auto packet = next_packet()) return packet_text(*packet);
    if (!malformed_.empty()) return malformed_;
    return socket_->closed ? "closed" : "nothing";
}

std::size_t FakePeer::waiting() {
    collect();
    return received_.size();
}

void FakePeer::skip_all() {
    collect();
    received_.clear();
}

} // namespace support
