#include "tools/mqttd/routing/router.hpp"

#include "common/base/escape.hpp"
#include "common/mqtt/topic/topic.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

namespace mqttd {

void Router::drop_if_empty(FilterId filter) {
    if (tree_.value(filter).empty()) tree_.erase(filter);
}

SharedGroup* Router::find_group(std::string_view group, std::string_view filter) {
    Route* const route = tree_.find(filter);
    return route == nullptr ? nullptr : route->find_group(group);
}

bool Router::subscribe(
    Subscriber& subscriber, std::string_view filter, const Subscription& subscription
) {
    if (mqtt::topic::is_shared(filter)) return subscribe_shared(subscriber, filter, subscription);
    const FilterId id = tree_.add(filter);
    Route& route = tree_.value(id);
    const bool first = route.locals().empty();
    if (route.put(subscriber, subscription)) return true;
    subscriber.subscriptions().add(id);
    context_.counters.subscriptions.add();
    if (first) exchange_.announce_interest(filter, true);
    return false;
}

bool Router::unsubscribe(Subscriber& subscriber, std::string_view filter) {
    if (mqtt::topic::is_shared(filter)) return unsubscribe_shared(subscriber, filter);
    const auto id = tree_.id_of(filter);
    if (!id || !tree_.value(*id).has(subscriber)) return false;
    subscriber.subscriptions().remove(*id);
    remove(subscriber, *id);
    return true;
}

void Router::remove(Subscriber& subscriber, FilterId filter) {
    Route& route = tree_.value(filter);
    route.remove(subscriber);
    context_.counters.subscriptions.subtract();
    if (route.locals().empty()) exchange_.announce_interest(tree_.text(filter), false);
    drop_if_empty(filter);
}

bool Router::subscribe_shared(
    Subscriber& subscriber, std::string_view filter, const Subscription& subscription
) {
    const auto parts = mqtt::topic::parse_shared(filter);
    if (!parts) return false;
    Route& route = tree_[parts->filter];
    SharedGroup* found = route.find_group(parts->group);
    SharedGroup& group = found != nullptr
                             ? *found
                             : route.group(std::make_shared<const SharedKey>(SharedKey{
                                   std::string(parts->group), std::string(parts->filter)}));
    if (group.put(subscriber, subscription)) return true;
    subscriber.subscriptions().add(group.key());
    context_.counters.subscriptions.add();
    context_.counters.shared_subscriptions.add();
    exchange_.announce_members(group.key(), group.local_count());
    return false;
}

bool Router::unsubscribe_shared(Subscriber& subscriber, std::string_view filter) {
    const auto parts = mqtt::topic::parse_shared(filter);
    const SharedGroup* const group = parts ? find_group(parts->group, parts->filter) : nullptr;
    if (group == nullptr || !group->has(subscriber)) return false;
    const SharedKeyPtr key = group->key();
    subscriber.subscriptions().remove(key);
    remove(subscriber, key);
    return true;
}

void Router::remove(Subscriber& subscriber, const SharedKeyPtr& key) {
    const auto id = tree_.id_of(key->filter);
    Route& route = tree_.value(*id);
    SharedGroup& group = *route.find_group(key->group);
    group.remove(subscriber);
    context_.counters.subscriptions.subtract();
    context_.counters.shared_subscriptions.subtract();
    exchange_.announce_members(key, group.local_count());
    route.drop_if_empty(key->group);
    drop_if_empty(*id);
}

void Router::unsubscribe_all(Subscriber& subscriber) {
    const SubscriptionList all = std::exchange(subscriber.subscriptions(), {});
    for (const FilterId filter : all.filters())
        remove(subscriber, filter);
    for (const SharedKeyPtr& key : all.shared())
        remove(subscriber, key);
}

bool Router::is_subscribed(const Subscriber& subscriber, std::string_view filter) {
    if (const auto parts = mqtt::topic::parse_shared(filter)) {
        const SharedGroup* const group = find_group(parts->group, parts->filter);
        return group != nullptr && group->has(subscriber);
    }
    const Route* const route = tree_.find(filter);
    return route != nullptr && route->has(subscriber);
}

void Router::presence_changed(const Subscriber& subscriber) {
    for (const SharedKeyPtr& key : subscriber.subscriptions().shared()) {
        const SharedGroup* const group = find_group(key->group, key->filter);
        if (group != nullptr) exchange_.announce_members(group->key(), group->local_count());
    }
}

std::span<Route* const> Router::matches(std::string_view topic) {
    const std::uint64_t generation = tree_.generation();
    if (const auto known = cache_.find(topic, generation)) return *known;
    matched_.clear();
    tree_.match(topic, [this](Route& route) { matched_.push_back(&route); });
    cache_.remember(topic, generation, matched_);
    return matched_;
}

bool Router::route(InboundMessage& message) {
    const std::span<Route* const> routes = matches(message.parts().topic);
    deliver_to_locals(message, routes);
    ShardMask interested = 0;
    for (Route* const route : routes) {
        interested |= route->interest();
        for (SharedGroup& group : route->groups())
            hand_to_group(message, group);
    }
    while (interested != 0) {
        const auto shard = static_cast<unsigned>(std::countr_zero(interested));
        interested &= interested - 1;
        exchange_.forward(shard, message.message());
        message.note_forwarded();
    }
    return !routes.empty();
}

void Router::route_local(InboundMessage& message) {
    deliver_to_locals(message, matches(message.parts().topic));
}

// One filter has each subscriber once; only several can overlap.
void Router::deliver_to_locals(InboundMessage& message, std::span<Route* const> routes) {
    if (routes.size() > 1 && !context_.config->allow_duplicate_messages) {
        deliver_once_per_subscriber(message, routes);
        return;
    }
    for (const Route* const route : routes) {
        for (const Route::Local& local : route->locals())
            local.subscriber->deliver(message, local.subscription);
    }
}

// allow_duplicate_messages false: overlapping subscriptions of one client give one copy, at the
// highest QoS of them; except in 5.0, where each copy carries the identifier of its subscription.
// [MQTT-3.3.4-2] [MQTT-3.3.4-5]
void Router::deliver_once_per_subscriber(InboundMessage& message, std::span<Route* const> routes) {
    merged_.clear();
    for (const Route* const route : routes)
        merged_.insert(merged_.end(), route->locals().begin(), route->locals().end());
    std::sort(merged_.begin(), merged_.end(), [](const auto& a, const auto& b) {
        if (a.subscriber != b.subscriber) return a.subscriber->number() < b.subscriber->number();
        return a.subscription.options.qos > b.subscription.options.qos;
    });
    const Subscriber* last = nullptr;
    for (const Route::Local& local : merged_) {
        if (local.subscriber == last && last->merges_overlapping()) continue;
        last = local.subscriber;
        local.subscriber->deliver(message, local.subscription);
    }
}

void Router::hand_to_group(InboundMessage& message, SharedGroup& group) {
    const auto shard = group.pick_shard(context_.index, 0);
    if (shard == context_.index) {
        deliver_or_pass_on(message, group, 0);
    } else if (shard) {
        exchange_.forward_shared(*shard, message.message(), group.key(), 0);
        message.note_forwarded();
    }
}

void Router::deliver_or_pass_on(InboundMessage& message, SharedGroup& group, ShardMask tried) {
    if (group.deliver_local(message)) return;
    tried |= ShardMask{1} << context_.index;
    const auto shard = group.pick_shard(context_.index, tried);
    if (shard) {
        exchange_.forward_shared(*shard, message.message(), group.key(), tried);
        message.note_forwarded();
        return;
    }
    message.note(Fate::refused);
    context_.counters.publish_dropped.add();
    context_.counters.dropped_queue_full.add();
}

void Router::route_shared(InboundMessage& message, const SharedKeyPtr& key, ShardMask tried) {
    SharedGroup* const group = find_group(key->group, key->filter);
    if (group != nullptr) {
        deliver_or_pass_on(message, *group, tried);
        return;
    }
    context_.counters.publish_dropped.add();
    context_.counters.dropped_no_session_offline.add();
}

void Router::on_interest(unsigned shard, std::string_view filter, bool present) {
    const auto id = present ? std::optional{tree_.add(filter)} : tree_.id_of(filter);
    if (!id) return;
    tree_.value(*id).set_interest(shard, present);
    drop_if_empty(*id);
}

void Router::on_members(unsigned shard, const SharedKeyPtr& key, MemberCount count) {
    const FilterId id = tree_.add(key->filter);
    Route& route = tree_.value(id);
    route.group(key).set_remote(shard, count);
    route.drop_if_empty(key->group);
    drop_if_empty(id);
}

void Router::dump(std::string& out) {
    tree_.for_each([&](std::string_view filter, Route& route) {
        out += base::escaped(filter, 1024) + ": " + std::to_string(route.locals().size()) +
               " subscribers";
        for (const SharedGroup& group : route.groups()) {
            out += ", shared group " + base::escaped(group.key()->group) + " with " +
                   std::to_string(group.local_count().total);
        }
        out += '\n';
    });
}

} // namespace mqttd
