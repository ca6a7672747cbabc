#include "tools/mqttd/publish/publish_pipeline.hpp"

#include "common/base/escape.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/persistence/journal.hpp"

namespace mqttd {

namespace {

using mqtt::PropertyId;
using mqtt::ReasonCode;

constexpr std::uint64_t bit(PropertyId id) {
    return std::uint64_t{1} << static_cast<unsigned>(id);
}

constexpr std::uint64_t not_forwarded = bit(PropertyId::topic_alias) |
                                        bit(PropertyId::message_expiry_interval) |
                                        bit(PropertyId::subscription_identifier);

/// Whether the packet can go out byte for byte to who speaks the same version.
bool is_what_subscribers_get(const mqtt::Publish& publish) {
    return !publish.received.empty() && publish.qos == mqtt::Qos::at_most_once && !publish.retain &&
           (publish.properties.mask() & not_forwarded) == 0;
}

std::size_t count_user_properties(const mqtt::PropertyList& properties) {
    if (!properties.has(PropertyId::user_property)) return 0;
    std::size_t count = 0;
    for (const mqtt::PropertyView& property : properties) {
        if (property.id == PropertyId::user_property) ++count;
    }
    return count;
}

} // namespace

bool is_reserved(std::string_view topic) {
    if (!topic.starts_with("$SYS")) return false;
    return !mqtt::topic::matches("$SYS/broker/connection/+/state", topic);
}

std::optional<MessageSource> source_of(const Publisher& publisher, bool retain) {
    if (!retain || publisher.rules == nullptr) return std::nullopt;
    return MessageSource{
        publisher.user_name, publisher.client_id, static_cast<std::uint16_t>(publisher.listener)};
}

ReasonCode PublishPipeline::check(
    const Publisher& publisher, const mqtt::Publish& publish, std::string_view topic
) {
    const LimitConfig& limits = context_.config->limits;
    if (topic.starts_with('$') && is_reserved(topic)) {
        context_.write_log(base::LogLevel::debug, [&] {
            return "message of " + base::escaped(publisher.client_id) + " to " +
                   base::escaped(topic) + " refused: clients cannot publish below $SYS";
        });
        return ReasonCode::not_authorized;
    }
    if (limits.message_size_limit > 0 && publish.payload.size() > limits.message_size_limit) {
        context_.counters.dropped_message_size_limit.add();
        return ReasonCode::implementation_specific_error;
    }
    if (count_user_properties(publish.properties) > limits.max_user_properties) {
        context_.counters.refused_user_properties.add();
        return ReasonCode::quota_exceeded;
    }
    if (publish.qos != mqtt::Qos::at_most_once && context_.journal != nullptr &&
        context_.journal->is_degraded()) {
        context_.counters.refused_store_degraded.add();
        return ReasonCode::quota_exceeded;
    }
    if (context_.totals.memory_exhausted.load(std::memory_order_relaxed)) {
        context_.counters.refused_memory_limit.add();
        return ReasonCode::quota_exceeded;
    }
    return ReasonCode::success;
}

bool PublishPipeline::may_publish(const Publisher& publisher, std::string_view topic) const {
    const Subject subject{.user = publisher.user_name, .client_id = publisher.client_id};
    if (publisher.rules->allows(subject, TopicAccess::write, topic)) return true;
    context_.write_log(base::LogLevel::debug, [&] {
        return "message of " + base::escaped(publisher.client_id) + " to " + base::escaped(topic) +
               " refused: it may not publish there (acl_file)";
    });
    return false;
}

Acceptance PublishPipeline::accept(
    const Publisher& publisher, const mqtt::Publish& publish, std::string_view topic
) {
    const ReasonCode refusal = check(publisher, publish, topic);
    if (refusal != ReasonCode::success) {
        context_.counters.publish_dropped.add();
        return {refusal};
    }
    if (!publisher.mount_point.empty()) {
        topic_scratch_.assign(publisher.mount_point).append(topic);
        topic = topic_scratch_;
    }
    if (publisher.rules != nullptr && !may_publish(publisher, topic)) {
        context_.counters.denied_publish.add();
        context_.counters.publish_dropped.add();
        return {ReasonCode::not_authorized};
    }
    base::SteadyTime expires = never_expires;
    if (const auto seconds = publish.properties.number(PropertyId::message_expiry_interval)) {
        expires = context_.now + std::chrono::seconds(*seconds);
    }
    const bool as_it_came = is_what_subscribers_get(publish) && publisher.mount_point.empty();
    const MessageParts parts{
        .topic = topic,
        .properties = forwarded(publish.properties),
        .payload = publish.payload,
        .qos = publish.qos,
        .retain = publish.retain,
        .expires = expires,
        .origin = publisher.number,
        .source = source_of(publisher, publish.retain),
        .packet = as_it_came ? publish.received : base::Bytes{},
        .packet_is_v5 = publisher.is_v5,
    };
    InboundMessage message(parts, context_.shapes);
    const bool matched = distribute(message);
    return acceptance_of(message, matched, publisher.is_v5);
}

/// Before 5.0 a full queue cannot be told: the message is acknowledged, and counted as dropped. So
/// it is without persistence, where no acknowledgement waits to hear from the other shards.
Acceptance PublishPipeline::acceptance_of(InboundMessage& message, bool matched, bool is_v5) const {
    if (!matched) return {ReasonCode::no_matching_subscribers};
    if (context_.journal == nullptr || !is_v5) return {};
    if (message.parts().retain || message.parts().qos == mqtt::Qos::at_most_once) return {};
    if (!message.is_forwarded()) {
        return {is_lost(message.fate()) ? ReasonCode::quota_exceeded : ReasonCode::success};
    }
    const bool is_taken = message.fate() == Fate::taken || message.fate() == Fate::partly_taken;
    if (is_taken) return {};
    message.message()->note_fate(message.fate());
    return {.reason = ReasonCode::success, .undecided = message.message()};
}

void PublishPipeline::publish(const MessageParts& parts) {
    InboundMessage message(parts, context_.shapes);
    distribute(message);
}

bool PublishPipeline::distribute(InboundMessage& message) {
    if (message.parts().retain) retained_.store_retained(message.message());
    return router_.route(message);
}

mqtt::PropertyList PublishPipeline::forwarded(mqtt::PropertyList properties) {
    if ((properties.mask() & not_forwarded) == 0) return properties;
    property_scratch_.clear();
    for (const mqtt::PropertyView& property : properties) {
        if ((bit(property.id) & not_forwarded) == 0) base::append(property_scratch_, property.wire);
    }
    return {property_scratch_, properties.mask() & ~not_forwarded};
}

} // namespace mqttd
