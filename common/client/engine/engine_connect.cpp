// CONNECT and CONNACK.
#include "common/base/escape.hpp"
#include "common/client/engine/engine.hpp"
#include "common/client/engine/words.hpp"
#include "common/mqtt/packet/property_builder.hpp"

namespace client::engine {

using mqtt::PropertyId;
using mqtt::ReasonCode;

namespace {

mqtt::PropertyBuilder connect_properties(const SessionOptions& options) {
    mqtt::PropertyBuilder properties = options.properties;
    const auto add = [&properties](PropertyId id, std::uint32_t value) {
        if (value != 0) properties.number(id, value);
    };
    add(PropertyId::session_expiry_interval, options.session_expiry_interval);
    add(PropertyId::receive_maximum, options.receive_maximum);
    add(PropertyId::maximum_packet_size, options.maximum_packet_size);
    add(PropertyId::topic_alias_maximum, options.topic_alias_maximum);
    const auto add_flag = [&properties](PropertyId id, std::optional<bool> value) {
        if (value.has_value()) properties.number(id, *value ? 1 : 0);
    };
    add_flag(PropertyId::request_problem_information, options.request_problem_information);
    add_flag(PropertyId::request_response_information, options.request_response_information);
    return properties;
}

mqtt::Will as_will(const Message& message) {
    mqtt::Will will;
    will.topic = message.topic;
    will.payload = message.payload;
    will.qos = message.qos;
    will.retain = message.retain;
    will.properties = message.properties.list();
    return will;
}

ServerLimits limits_of(const mqtt::PropertyList& properties) {
    ServerLimits limits;
    const auto number = [&properties](PropertyId id, std::uint32_t otherwise) {
        return properties.number(id).value_or(otherwise);
    };
    limits.maximum_qos = static_cast<mqtt::Qos>(number(PropertyId::maximum_qos, 2));
    limits.retain_available = number(PropertyId::retain_available, 1) != 0;
    limits.wildcards_available = number(PropertyId::wildcard_subscription_available, 1) != 0;
    limits.subscription_ids_available =
        number(PropertyId::subscription_identifier_available, 1) != 0;
    limits.shared_available = number(PropertyId::shared_subscription_available, 1) != 0;
    limits.maximum_packet_size = number(PropertyId::maximum_packet_size, 0);
    limits.receive_maximum = static_cast<std::uint16_t>(number(PropertyId::receive_maximum, 65535));
    limits.topic_alias_maximum =
        static_cast<std::uint16_t>(number(PropertyId::topic_alias_maximum, 0));
    return limits;
}

} // namespace

bool Engine::wants_clean_start() const {
    if (!was_connected_) return options_.clean_start;
    const bool expires_later =
        options_.version == mqtt::ProtocolVersion::v5 && options_.session_expiry_interval != 0;
    return options_.clean_start && !expires_later;
}

void Engine::send_connect() {
    mqtt::Connect packet;
    packet.version = options_.version;
    packet.clean_start = wants_clean_start();
    packet.keep_alive = static_cast<std::uint16_t>(options_.keep_alive.count());
    packet.client_id = options_.client_id;
    if (options_.will.has_value()) packet.will = as_will(*options_.will);
    packet.user_name = options_.user_name;
    if (options_.password.has_value()) packet.password = base::as_bytes(*options_.password);
    const mqtt::PropertyBuilder properties = connect_properties(options_);
    packet.properties = properties.list();
    wire_.send(packet);
}

void Engine::on_refused_in_old_style(std::uint8_t return_code) {
    const ReasonCode reason =
        mqtt::from_connack_return_code(return_code).value_or(ReasonCode::unspecified_error);
    fail(FailureKind::refused, reason, lower_first(name_of(reason)));
    failure_.return_code = return_code;
}

void Engine::on_packet(const mqtt::Connack& packet, std::uint8_t return_code) {
    if (is_error(packet.reason)) {
        fail(FailureKind::refused, packet.reason, in_words(packet.reason, packet.properties));
        failure_.return_code = return_code;
        if (const auto other = packet.properties.text(PropertyId::server_reference))
            failure_.server_reference = base::escaped(*other);
        return;
    }
    if (packet.session_present && wants_clean_start()) { // [MQTT-3.2.2-4]
        fail(
            FailureKind::protocol_error,
            ReasonCode::protocol_error,
            "the server resumed a session although a clean start was asked for"
        );
        return;
    }
    state_ = State::connected;
    limits_ = limits_of(packet.properties);
    if (const auto id = packet.properties.text(PropertyId::assigned_client_identifier))
        options_.client_id = *id;
    if (const auto seconds = packet.properties.number(PropertyId::server_keep_alive))
        keep_alive_ = std::chrono::seconds(*seconds); // [MQTT-3.1.2-21]
    outbox_.begin(limits_, packet.session_present);
    inbox_.begin(packet.session_present);
    Connected connected;
    connected.session_present = packet.session_present;
    connected.reconnected = std::exchange(was_connected_, true);
    connected.client_id = options_.client_id;
    connected.keep_alive = std::chrono::duration_cast<std::chrono::seconds>(keep_alive_);
    connected.limits = limits_;
    connected.properties = packet.properties;
    events_.on_connected(connected);
}

} // namespace client::engine
