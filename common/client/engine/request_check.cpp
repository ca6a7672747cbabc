#include "common/client/engine/request_check.hpp"

#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/topic/topic.hpp"

namespace client::engine {

namespace {

using mqtt::PropertyId;
using mqtt::ReasonCode;

Refusal invalid(ReasonCode reason, std::string what) {
    return {RefusalKind::invalid, reason, std::move(what)};
}

Refusal beyond(ReasonCode reason, std::string what) {
    return {RefusalKind::beyond_server, reason, std::move(what)};
}

std::string digit(mqtt::Qos qos) {
    return std::to_string(static_cast<unsigned>(qos));
}

std::optional<Refusal> check_filter(std::string_view filter) {
    const bool is_text = base::is_valid_utf8(filter) && filter.size() <= mqtt::max_string_length;
    const bool is_shared = mqtt::topic::is_shared(filter);
    if (is_text && is_shared && mqtt::topic::parse_shared(filter).has_value()) return std::nullopt;
    if (is_text && !is_shared && mqtt::topic::is_valid_filter(filter)) return std::nullopt;
    return invalid(
        ReasonCode::topic_filter_invalid, "invalid topic filter " + base::in_quotes(filter)
    );
}

std::optional<Refusal> check_against(const Subscription& subscription, const ServerLimits& limits) {
    const std::string_view filter = subscription.filter;
    if (mqtt::topic::has_wildcard(filter) && !limits.wildcards_available) {
        return beyond(
            ReasonCode::wildcard_subscriptions_not_supported,
            "the server does not take wildcard subscriptions as " + base::in_quotes(filter)
        );
    }
    if (mqtt::topic::is_shared(filter) && !limits.shared_available) {
        return beyond(
            ReasonCode::shared_subscriptions_not_supported,
            "the server does not take shared subscriptions as " + base::in_quotes(filter)
        );
    }
    return std::nullopt;
}

} // namespace

mqtt::Publish as_packet(const Message& message) {
    mqtt::Publish packet;
    packet.qos = message.qos;
    packet.retain = message.retain;
    packet.packet_id = message.qos == mqtt::Qos::at_most_once ? 0 : 1;
    packet.topic = message.topic;
    packet.properties = message.properties.list();
    packet.payload = message.payload;
    return packet;
}

std::optional<Refusal> check(const Message& message) {
    if (!base::is_valid_utf8(message.topic) || !mqtt::topic::is_valid_name(message.topic)) {
        return invalid(
            ReasonCode::topic_name_invalid, "invalid topic name " + base::in_quotes(message.topic)
        );
    }
    constexpr std::size_t most_header = 16; // lengths, packet identifier, an alias
    const std::size_t rest =
        message.topic.size() + message.properties.list().wire().size() + most_header;
    if (message.payload.size() + rest > mqtt::max_remaining_length) {
        return invalid(
            ReasonCode::packet_too_large,
            "a payload of " + std::to_string(message.payload.size()) +
                " bytes is more than MQTT can carry"
        );
    }
    return std::nullopt;
}

std::optional<Refusal>
check(const Message& message, mqtt::ProtocolVersion version, const ServerLimits& limits) {
    if (message.qos > limits.maximum_qos) {
        return beyond(
            ReasonCode::qos_not_supported,
            "QoS " + digit(message.qos) + " is above the server's maximum of " +
                digit(limits.maximum_qos)
        );
    }
    if (message.retain && !limits.retain_available) {
        return beyond(
            ReasonCode::retain_not_supported, "the server does not take retained messages"
        );
    }
    const auto alias = message.properties.list().number(PropertyId::topic_alias);
    if (alias.has_value() && *alias > limits.topic_alias_maximum) {
        return beyond(
            ReasonCode::topic_alias_invalid,
            "topic alias " + std::to_string(*alias) + " is above the server's maximum of " +
                std::to_string(limits.topic_alias_maximum)
        );
    }
    const std::size_t size = mqtt::codec::encoded_size(as_packet(message), version);
    if (limits.maximum_packet_size != 0 && size > limits.maximum_packet_size) {
        return beyond(
            ReasonCode::packet_too_large,
            "a packet of " + std::to_string(size) + " bytes is above the server's maximum of " +
                std::to_string(limits.maximum_packet_size)
        );
    }
    return std::nullopt;
}

std::optional<Refusal> check(const SubscribeRequest& request, const ServerLimits& limits) {
    if (request.subscriptions.empty())
        return invalid(ReasonCode::protocol_error, "nothing to subscribe to");
    const bool has_id = request.properties.list().has(PropertyId::subscription_identifier);
    if (has_id && !limits.subscription_ids_available) {
        return beyond(
            ReasonCode::subscription_identifiers_not_supported,
            "the server does not take subscription identifiers"
        );
    }
    for (const Subscription& subscription : request.subscriptions) {
        if (auto refusal = check_filter(subscription.filter)) return refusal;
        if (auto refusal = check_against(subscription, limits)) return refusal;
        if (subscription.options.no_local && mqtt::topic::is_shared(subscription.filter)) {
            return invalid( // [MQTT-3.8.3-4]
                ReasonCode::protocol_error,
                "no-local does not go with the shared subscription " +
                    base::in_quotes(subscription.filter)
            );
        }
    }
    return std::nullopt;
}

std::optional<Refusal> check(const UnsubscribeRequest& request) {
    if (request.filters.empty())
        return invalid(ReasonCode::protocol_error, "nothing to unsubscribe from");
    for (const std::string& filter : request.filters)
        if (auto refusal = check_filter(filter)) return refusal;
    return std::nullopt;
}

} // namespace client::engine
