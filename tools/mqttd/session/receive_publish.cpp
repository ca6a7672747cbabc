// PUBLISH from the client and the QoS 2 packets that follow it: alias, limits of the connection,
// duplicate check, then the pipeline, then the acknowledgement.
#include "common/base/escape.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/session/packet_sender.hpp"
#include "tools/mqttd/session/session.hpp"

#include <chrono>
#include <utility>

namespace mqttd {

namespace {

using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::ReasonCode;

std::string_view explain(ReasonCode reason) {
    switch (reason) {
    case ReasonCode::not_authorized:
        return "the client may not publish to this topic";
    case ReasonCode::implementation_specific_error:
        return "the payload is larger than message_size_limit";
    case ReasonCode::quota_exceeded:
        return "a limit of the broker is reached";
    default:
        return {};
    }
}

/// The topic name of a message with a topic alias; nullopt when the connection has failed.
/// [MQTT5 3.3.2.3.4]
std::optional<std::string_view> resolve_alias(Link& link, const mqtt::Publish& publish) {
    const auto number =
        static_cast<std::uint16_t>(*publish.properties.number(PropertyId::topic_alias));
    if (!publish.topic.empty()) {
        if (link.aliases_in().set(number, publish.topic)) return publish.topic;
        link.fail(
            ReasonCode::topic_alias_invalid, "topic alias is above the maximum the broker gave"
        ); // [MQTT-3.3.2-9]
        return std::nullopt;
    }
    if (number > link.terms().alias_maximum_in) {
        link.fail(
            ReasonCode::topic_alias_invalid, "topic alias is above the maximum the broker gave"
        );
        return std::nullopt;
    }
    const auto topic = link.aliases_in().find(number);
    if (!topic) link.fail(ReasonCode::protocol_error, "topic alias was never set");
    return topic;
}

} // namespace

Publisher Session::publisher() const {
    return {
        .number = number(),
        .client_id = client_id_,
        .user_name = user_name_,
        .listener = listener_,
        .rules = rules_,
        .mount_point = link_ == nullptr ? std::string_view{} : link_->terms().mount_point,
        .is_v5 = link_ != nullptr && link_->is_v5(),
    };
}

bool Session::over_message_rate() {
    const std::uint32_t limit = context().config->limits.max_message_rate;
    if (limit == 0) return false;
    const auto since_start = context().now.time_since_epoch();
    const auto second = std::chrono::duration_cast<std::chrono::seconds>(since_start).count();
    if (second != std::exchange(rate_second_, second)) published_in_second_ = 0;
    return ++published_in_second_ > limit;
}

bool Session::refuse_publish(const mqtt::Publish& publish, std::string_view topic) {
    if (over_message_rate()) {
        context().counters.refused_message_rate.add();
        link_->fail(
            ReasonCode::message_rate_too_high, "more messages in a second than max_message_rate"
        );
        return true;
    }
    if (static_cast<std::uint8_t>(publish.qos) > link_->terms().max_qos) {
        link_->fail(ReasonCode::qos_not_supported, "QoS is above max_qos"); // [MQTT-3.2.2-11]
        return true;
    }
    if (publish.retain && !context().config->retain_available) {
        link_->fail(
            ReasonCode::retain_not_supported, "retain_available is false"
        ); // [MQTT-3.2.2-14]
        return true;
    }
    const std::size_t max_levels = context().config->limits.max_topic_levels;
    if (max_levels > 0 && topic.size() >= max_levels &&
        mqtt::topic::count_levels(topic) > max_levels) {
        context().counters.refused_topic_levels.add();
        link_->fail(ReasonCode::topic_name_invalid, "topic has more levels than max_topic_levels");
        return true;
    }
    return false;
}

void Session::receive(const mqtt::Publish& publish) {
    ShardContext& shard = context();
    shard.counters.publish_received.add();
    shard.counters.publish_bytes_received.add(publish.payload.size());
    std::string_view topic = publish.topic;
    if (publish.properties.has(PropertyId::topic_alias)) {
        const auto resolved = resolve_alias(*link_, publish);
        if (!resolved) return;
        topic = *resolved;
    }
    if (refuse_publish(publish, topic)) return;

    switch (receive_flow_.on_publish(publish.qos, publish.packet_id)) {
    case mqtt::flow::Receipt::window_exceeded: // [MQTT-3.3.4-7] [MQTT-3.3.4-9]
        shard.counters.refused_receive_maximum.add();
        link_->fail(
            ReasonCode::receive_maximum_exceeded,
            "more unacknowledged messages than Receive Maximum"
        );
        return;
    case mqtt::flow::Receipt::duplicate: // [MQTT-4.3.3-10]
        send_short_reply(shard, *link_, mqtt::PacketType::pubrec, publish.packet_id);
        return;
    case mqtt::flow::Receipt::accepted:
        break;
    }
    if (publish.qos == Qos::at_most_once) {
        static_cast<void>(services_.pipeline.accept(publisher(), publish, topic));
    } else if (shard.journal == nullptr) {
        acknowledge_publish(publish, services_.pipeline.accept(publisher(), publish, topic));
    } else {
        accept_and_keep(publish, topic);
    }
}

// The acknowledgement waits until all that came of the message is on disk. Of a QoS 2 message that
// is one change together with its identifier: else it could be lost or come twice.
void Session::accept_and_keep(const mqtt::Publish& publish, std::string_view topic) {
    Journal& journal = *context().journal;
    const bool is_twofold = publish.qos == Qos::exactly_once && is_kept();
    const std::size_t before = journal.position();
    Acceptance acceptance;
    {
        const auto bearing =
            is_twofold ? Journal::bear_own(&journal) : Journal::bear_none(&journal);
        acceptance = services_.pipeline.accept(publisher(), publish, topic);
        if (is_twofold && !mqtt::is_error(acceptance.reason)) {
            changing().put_unreleased(kept_as_, publish.packet_id);
        }
    }
    if (link_ == nullptr) return;
    if (journal.position() != before) link_->hold_output();
    acknowledge_publish(publish, acceptance);
}

void Session::acknowledge_publish(const mqtt::Publish& publish, const Acceptance& acceptance) {
    const ReasonCode reason = acceptance.reason;
    if (mqtt::is_error(reason)) {
        refuse_acknowledged(publish, reason);
        return;
    }
    const bool finished = publish.qos == Qos::at_least_once;
    if (finished) receive_flow_.finish(publish.packet_id);
    if (acceptance.undecided && link_->is_held()) {
        send_undecided_reply(
            context(), *link_, publish.qos, publish.packet_id, acceptance.undecided
        );
        return;
    }
    send_publish_reply(publish, reason);
}

/// A refusal can be told only in 5.0. Before, the message is acknowledged and dropped where
/// mosquitto does so, but never because of a limit of ours: then the connection ends and the client
/// keeps the message.
void Session::refuse_acknowledged(const mqtt::Publish& publish, ReasonCode reason) {
    const bool is_v5 = link_->is_v5();
    if (is_v5 || reason == ReasonCode::quota_exceeded || publish.qos == Qos::at_least_once) {
        receive_flow_.finish(publish.packet_id); // the next message with it is a new one
    }
    if (!is_v5 && reason == ReasonCode::quota_exceeded) {
        link_->fail(reason, explain(reason));
        return;
    }
    send_publish_reply(publish, reason);
}

/// PUBACK or PUBREC.
void Session::send_publish_reply(const mqtt::Publish& publish, ReasonCode reason) {
    const bool is_puback = publish.qos == Qos::at_least_once;
    if (reason == ReasonCode::success || !link_->is_v5()) {
        send_short_reply(
            context(),
            *link_,
            is_puback ? mqtt::PacketType::puback : mqtt::PacketType::pubrec,
            publish.packet_id
        );
        return;
    }
    mqtt::PublishReply reply{.packet_id = publish.packet_id, .reason = reason, .properties = {}};
    mqtt::PropertyBuilder properties;
    if (mqtt::is_error(reason) && link_->terms().problem_information) {
        properties.text(PropertyId::reason_string, explain(reason));
        reply.properties = properties.list();
    }
    if (is_puback) {
        send_packet(context(), *link_, mqtt::PacketType::puback, mqtt::Puback{reply});
    } else {
        send_packet(context(), *link_, mqtt::PacketType::pubrec, mqtt::Pubrec{reply});
    }
}

bool Session::forget_received(mqtt::PacketId id) {
    receive_flow_.finish(id);
    if (is_kept()) changing().drop_unreleased(kept_as_, id);
    return is_kept();
}

void Session::receive(const mqtt::Pubrel& pubrel) {
    const bool is_known = receive_flow_.on_pubrel(pubrel.packet_id);
    if (is_known && is_kept()) {
        changing().drop_unreleased(kept_as_, pubrel.packet_id);
        link_->hold_output(); // a new message may have the identifier after PUBCOMP
    }
    if (is_known || !link_->is_v5()) {
        send_short_reply(context(), *link_, mqtt::PacketType::pubcomp, pubrel.packet_id);
        return;
    }
    const ReasonCode reason = ReasonCode::packet_identifier_not_found;
    send_packet(
        context(),
        *link_,
        mqtt::PacketType::pubcomp,
        mqtt::Pubcomp{{.packet_id = pubrel.packet_id, .reason = reason, .properties = {}}}
    );
}

} // namespace mqttd
