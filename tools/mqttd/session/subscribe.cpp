// SUBSCRIBE and UNSUBSCRIBE. The answer waits until every shard knows of the new filters, so that
// nothing published after SUBACK can be missed; then the retained messages follow. [MQTT5 3.8]
// [MQTT5 3.10]
#include "common/base/escape.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/session/packet_sender.hpp"
#include "tools/mqttd/session/session.hpp"

#include <algorithm>

namespace mqttd {

namespace {

using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::ReasonCode;

ReasonCode granted(Qos qos) {
    return static_cast<ReasonCode>(static_cast<std::uint8_t>(qos));
}

std::string_view explain(ReasonCode refusal) {
    switch (refusal) {
    case ReasonCode::not_authorized:
        return "it may not read any such topic (acl_file)";
    case ReasonCode::quota_exceeded:
        return "max_subscriptions_per_client is reached";
    case ReasonCode::unspecified_error:
        return "it cannot be saved: the store is not writable";
    default:
        return "more levels than max_topic_levels";
    }
}

bool is_acceptable(std::string_view filter) {
    return mqtt::topic::is_shared(filter) ? mqtt::topic::parse_shared(filter).has_value()
                                          : mqtt::topic::is_valid_filter(filter);
}

/// "$share/group/filter" gets the mount point before its inner filter.
std::string with_mount_point(std::string_view mount, std::string_view filter) {
    if (mount.empty()) return std::string(filter);
    const auto shared = mqtt::topic::parse_shared(filter);
    if (!shared) return std::string(mount).append(filter);
    return std::string("$share/")
        .append(shared->group)
        .append("/")
        .append(mount)
        .append(shared->filter);
}

bool wants_retained(const mqtt::SubscriptionOptions& options, bool is_new) {
    return options.retain_handling == mqtt::RetainHandling::always ||
           (options.retain_handling == mqtt::RetainHandling::new_subscription && is_new);
}

} // namespace

void Session::receive(const mqtt::Subscribe& subscribe) {
    ShardContext& shard = context();
    for (const mqtt::SubscriptionRequest& request : subscribe.requests) {
        if (is_acceptable(request.filter)) continue;
        link_->fail(
            ReasonCode::topic_filter_invalid,
            "topic filter is not valid: + stands for a whole level, # for all levels at the end"
        ); // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.8.2-1] [MQTT-4.8.2-2]
        return;
    }
    const std::uint32_t identifier =
        subscribe.properties.number(PropertyId::subscription_identifier).value_or(0);
    const std::uint64_t announced = services_.announcements();
    PendingSuback pending{
        .session = number(),
        .connection = link_->connection_number(),
        .packet = {},
        .replays = {},
    };
    if (is_kept()) pending.group = shard.journal->group();
    mqtt::Suback suback{.packet_id = subscribe.packet_id, .properties = {}, .reasons = {}};
    for (const mqtt::SubscriptionRequest& request : subscribe.requests) {
        suback.reasons.push_back(add_subscription(request, identifier, pending.replays));
    }
    mqtt::codec::encode(suback, link_->terms().version, pending.packet);
    if (services_.announcements() == announced) {
        on_interest_known(pending);
    } else {
        services_.when_confirmed(std::move(pending));
    }
    shard.write_log(base::LogLevel::debug, [&] {
        return "SUBSCRIBE of " + base::escaped(client_id_) + " for " +
               std::to_string(subscribe.requests.size()) + " filters";
    });
}

void Session::on_interest_known(PendingSuback& suback) {
    if (link_ == nullptr || link_->connection_number() != suback.connection) return;
    if (suback.group != 0) link_->hold_output(suback.group);
    link_->append_output(suback.packet);
    link_->output_changed();
    count_sent(context(), mqtt::PacketType::suback);
    start_replays(suback.replays);
}

ReasonCode Session::check_filter(std::string_view filter) const {
    const auto shared = mqtt::topic::parse_shared(filter);
    if (!may(TopicAccess::subscribe, shared ? shared->filter : filter)) {
        context().counters.denied_subscribe.add();
        return ReasonCode::not_authorized;
    }
    if (is_kept() && context().journal->is_degraded()) return ReasonCode::unspecified_error;
    const LimitConfig& limits = context().config->limits;
    if (limits.max_topic_levels > 0 &&
        mqtt::topic::count_levels(filter) > limits.max_topic_levels) {
        context().counters.refused_topic_levels.add();
        return ReasonCode::topic_filter_invalid;
    }
    const std::size_t maximum = limits.max_subscriptions_per_client;
    if (maximum > 0 && subscription_count() >= maximum &&
        !services_.router.is_subscribed(*this, filter)) {
        context().counters.refused_subscriptions_per_client.add();
        return ReasonCode::quota_exceeded;
    }
    return ReasonCode::success;
}

ReasonCode Session::add_subscription(
    const mqtt::SubscriptionRequest& request,
    std::uint32_t identifier,
    std::vector<WaitingReplay>& replays
) {
    const std::string filter = with_mount_point(link_->terms().mount_point, request.filter);
    const ReasonCode refusal = check_filter(filter);
    if (refusal != ReasonCode::success) {
        context().write_log(base::LogLevel::notice, [&] {
            return "subscription of " + base::escaped(client_id_) + " to " +
                   base::escaped(request.filter) + " refused: " + std::string(explain(refusal));
        });
        return refusal;
    }
    Subscription subscription{.options = request.options, .identifier = identifier};
    subscription.options.qos =
        std::min(request.options.qos, static_cast<Qos>(link_->terms().max_qos));
    if (link_->terms().no_echo) subscription.options.no_local = true;
    const bool is_new = !services_.router.subscribe(*this, filter, subscription);
    if (is_kept()) changing().put_subscription({kept_as_, filter, subscription});
    context().write_log(base::LogLevel::subscribe, [&] {
        return base::escaped(client_id_) + " " +
               std::to_string(static_cast<int>(subscription.options.qos)) + " " +
               base::escaped(request.filter);
    });
    if (!mqtt::topic::is_shared(filter) && wants_retained(request.options, is_new)) {
        replays.push_back({filter, subscription});
    }
    return granted(subscription.options.qos);
}

void Session::receive(const mqtt::Unsubscribe& unsubscribe) {
    mqtt::Unsuback unsuback{.packet_id = unsubscribe.packet_id, .properties = {}, .reasons = {}};
    for (const std::string_view requested : unsubscribe.filters) {
        if (!is_acceptable(requested)) {
            link_->fail(
                ReasonCode::topic_filter_invalid,
                "topic filter is not valid: + stands for a whole level, # for all levels at the end"
            );
            return;
        }
        const std::string filter = with_mount_point(link_->terms().mount_point, requested);
        const bool existed = services_.router.unsubscribe(*this, filter);
        stop_replay(filter);
        if (existed && is_kept()) {
            changing().drop_subscription(kept_as_, filter);
            link_->hold_output();
        }
        context().write_log(base::LogLevel::unsubscribe, [&] {
            return base::escaped(client_id_) + " " + base::escaped(requested);
        });
        unsuback.reasons.push_back(
            existed ? ReasonCode::success : ReasonCode::no_subscription_existed
        );
    }
    if (!link_->is_v5()) unsuback.reasons.clear();
    send_packet(context(), *link_, mqtt::PacketType::unsuback, unsuback);
}

} // namespace mqttd
