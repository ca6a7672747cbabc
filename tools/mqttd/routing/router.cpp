#include "tools/mqttd/routing/router.hpp"

#include "common/base/escape.hpp"
#include "common/mqtt/topic/topic.hpp"

#include <algorithm>
#include <bit>

namespace mqttd {

Route& Router::route_of(std::string_view filter) {
    std::unique_ptr<Route>& slot = tree_[filter];
    if (!slot) slot = std::make_unique<Route>();
    return *slot;
}

Route* Router::find(std::string_view filter) {
    std::unique_ptr<Route>* const slot = tree_.find(filter);
    return slot == nullptr ? nullptr : slot->get();
}

void Router::drop_if_empty(std::string_view filter, const Route& route) {
    if (route.empty()) tree_.erase(filter);
}

bool Router::subscribe(
    Subscriber& subscriber, std::string_view filter, const Subscription& subscription
) {
    if (mqtt::topic::is_shared(filter)) return subscribe_shared(subscriber, filter, subscription);
    Route& route = route_of(filter);
    const bool first = route.locals().empty();
    const bool existed = route.put(subscriber, subscription);
    if (!existed) context_.counters.subscriptions.add();
    if (first) exchange_.announce_interest(filter, true);
    return existed;
}

bool Router::unsubscribe(Subscriber& subscriber, std::string_view filter) {
    if (mqtt::topic::is_shared(filter)) return unsubscribe_shared(subscriber, filter);
    Route* const route = find(filter);
    if (route == nullptr || !route->remove(subscriber)) return false;
    context_.counters.subscriptions.subtract();
    if (route->locals().empty()) exchange_.announce_interest(filter, false);
    drop_if_empty(filter, *route);
    return true;
}

bool Router::subscribe_shared(
    Subscriber& subscriber, std::string_view filter, const Subscription& subscription
) {
    const auto parts = mqtt::topic::parse_shared(filter);
    if (!parts) return false;
    Route& route = route_of(parts->filter);
    SharedGroup* found = route.find_group(parts->group);
    SharedGroup& group = found != nullptr
                             ? *found
                             : route.group(std::make_shared<const SharedKey>(SharedKey{
                                   std::string(parts->group), std::string(parts->filter)}));
    const bool existed = group.put(subscriber, subscription);
    if (existed) return true;
    context_.counters.subscriptions.add();
    context_.counters.shared_subscriptions.add();
    exchange_.announce_members(group.key(), group.local_count());
    return false;
}

bool Router::unsubscribe_shared(Subscriber& subscriber, std::string_view filter) {
    const auto parts = mqtt::topic::parse_shared(filter);
    Route* const route = parts ? find(parts->filter) : nullptr;
    SharedGroup* const group = route == nullptr ? nullptr : route->find_group(parts->group);
    if (group == nullptr || !group->remove(subscriber)) return false;
    context_.counters.subscriptions.subtract();
    context_.counters.shared_subscriptions.subtract();
    exchange_.announce_members(group->key(), group->local_count());
    route->drop_if_empty(parts->group);
    drop_if_empty(parts->filter, *route);
    return true;
}

void Router::member_presence_changed(std::string_view shared_filter) {
    const auto parts = mqtt::topic::parse_shared(shared_filter);
    Route* const route = parts ? find(parts->filter) : nullptr;
    SharedGroup* const group = route == nullptr ? nullptr : route->find_group(parts->group);
    if (group != nullptr) exchange_.announce_members(group->key(), group->local_count());
}

bool Router::route(InboundMessage& message) {
    ShardMask interested = 0;
    bool matched = false;
    const bool duplicates = context_.config->allow_duplicate_messages;
    merged_.clear();
    tree_.match(message.parts().topic, [&](std::unique_ptr<Route>& slot) {
        Route& route = *slot;
        matched = true;
        interested |= route.interest();
        if (duplicates) {
            deliver_to_locals(message, route);
        } else {
            merged_.insert(merged_.end(), route.locals().begin(), route.locals().end());
        }
        for (SharedGroup& group : route.groups())
            hand_to_group(message, group);
    });
    if (!duplicates) deliver_once_per_subscriber(message);
    while (interested != 0) {
        const auto shard = static_cast<unsigned>(std::countr_zero(interested));
        interested &= interested - 1;
        exchange_.forward(shard, message.message());
    }
    return matched;
}

void Router::route_local(InboundMessage& message) {
    const bool duplicates = context_.config->allow_duplicate_messages;
    merged_.clear();
    tree_.match(message.parts().topic, [&](std::unique_ptr<Route>& slot) {
        if (duplicates) {
            deliver_to_locals(message, *slot);
        } else {
            merged_.insert(merged_.end(), slot->locals().begin(), slot->locals().end());
        }
    });
    if (!duplicates) deliver_once_per_subscriber(message);
}

void Router::deliver_to_locals(InboundMessage& message, const Route& route) {
    for (const Route::Local& local : route.locals()) {
        local.subscriber->deliver(message, local.subscription);
    }
}

// allow_duplicate_messages false: overlapping subscriptions of one client give one copy, at the
// highest QoS of them; except in 5.0, where each copy carries the identifier of its subscription.
// [MQTT-3.3.4-2] [MQTT-3.3.4-5]
void Router::deliver_once_per_subscriber(InboundMessage& message) {
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
    }
}

void Router::deliver_or_pass_on(InboundMessage& message, SharedGroup& group, ShardMask tried) {
    if (group.deliver_local(message)) return;
    tried |= ShardMask{1} << context_.index;
    const auto shard = group.pick_shard(context_.index, tried);
    if (shard) {
        exchange_.forward_shared(*shard, message.message(), group.key(), tried);
        return;
    }
    context_.counters.publish_dropped.add();
    context_.counters.dropped_queue_full.add();
}

void Router::route_shared(InboundMessage& message, const SharedKeyPtr& key, ShardMask tried) {
    Route* const route = find(key->filter);
    SharedGroup* const group = route == nullptr ? nullptr : route->find_group(key->group);
    if (group != nullptr) {
        deliver_or_pass_on(message, *group, tried);
        return;
    }
    context_.counters.publish_dropped.add();
    context_.counters.dropped_no_session_offline.add();
}

void Router::on_interest(unsigned shard, std::string_view filter, bool present) {
    if (present) {
        route_of(filter).set_interest(shard, true);
        return;
    }
    Route* const route = find(filter);
    if (route == nullptr) return;
    route->set_interest(shard, false);
    drop_if_empty(filter, *route);
}

void Router::on_members(unsigned shard, const SharedKeyPtr& key, MemberCount count) {
    Route& route = route_of(key->filter);
    route.group(key).set_remote(shard, count);
    route.drop_if_empty(key->group);
    drop_if_empty(key->filter, route);
}

void Router::dump(std::string& out) {
    tree_.for_each([&](std::string_view filter, std::unique_ptr<Route>& slot) {
        out += base::escaped(filter, 1024) + ": " + std::to_string(slot->locals().size()) +
               " subscribers";
        for (const SharedGroup& group : slot->groups()) {
            out += ", shared group " + base::escaped(group.key()->group) + " with " +
                   std::to_string(group.local_count().total);
        }
        out += '\n';
    });
}

} // namespace mqttd
