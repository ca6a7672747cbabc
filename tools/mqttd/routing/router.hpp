// Who gets a message. Each shard has one router: its tree holds the local subscribers and, for
// every filter known elsewhere, which shards have some. A publish is matched once here and sent
// once to each interested shard. The seam where other machines can be added later. Shard thread
// only; knows no connections and no mailboxes.
#pragma once

#include "common/mqtt/topic/filter_tree.hpp"
#include "tools/mqttd/context/shard_context.hpp"
#include "tools/mqttd/routing/exchange.hpp"
#include "tools/mqttd/routing/route.hpp"
#include "tools/mqttd/routing/route_cache.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mqttd {

class Router {
public:
    Router(ShardContext& context, Exchange& exchange)
        : context_(context), exchange_(exchange), tree_(context.entropy.next()) {}

    /// filter: valid, "$share/group/…" for a shared one. True when the subscriber had this very
    /// subscription before (it is replaced). [MQTT-3.8.4-3]
    bool
    subscribe(Subscriber& subscriber, std::string_view filter, const Subscription& subscription);
    /// False when there was none. [MQTT-3.10.4-1]
    bool unsubscribe(Subscriber& subscriber, std::string_view filter);
    /// The same for all that it has.
    void unsubscribe_all(Subscriber& subscriber);
    [[nodiscard]] bool is_subscribed(const Subscriber& subscriber, std::string_view filter);
    /// A subscriber came online or went: the other shards' counts of its shared subscriptions
    /// follow.
    void presence_changed(const Subscriber& subscriber);

    /// Routes a message published on this shard. True when anybody, here or elsewhere, has a
    /// matching subscription.
    bool route(InboundMessage& message);
    /// Routes a message from another shard to the local subscribers only.
    void route_local(InboundMessage& message);
    /// Hands a message to one member of a shared subscription: a local one if any can take it, else
    /// on a shard that is not in tried.
    void route_shared(InboundMessage& message, const SharedKeyPtr& key, ShardMask tried);

    void on_interest(unsigned shard, std::string_view filter, bool present);
    void on_members(unsigned shard, const SharedKeyPtr& key, MemberCount count);

    /// One line per filter: who is subscribed. For SIGUSR2.
    void dump(std::string& out);

private:
    using Tree = mqtt::topic::FilterTree<Route>;
    using FilterId = mqtt::topic::FilterId;

    void remove(Subscriber& subscriber, FilterId filter);
    void remove(Subscriber& subscriber, const SharedKeyPtr& key);
    [[nodiscard]] SharedGroup* find_group(std::string_view group, std::string_view filter);
    void drop_if_empty(FilterId filter);
    bool subscribe_shared(
        Subscriber& subscriber, std::string_view filter, const Subscription& subscription
    );
    bool unsubscribe_shared(Subscriber& subscriber, std::string_view filter);
    /// The routes that match; valid until the next call or change of subscriptions.
    [[nodiscard]] std::span<Route* const> matches(std::string_view topic);
    void deliver_to_locals(InboundMessage& message, std::span<Route* const> routes);
    void deliver_once_per_subscriber(InboundMessage& message, std::span<Route* const> routes);
    void hand_to_group(InboundMessage& message, SharedGroup& group);
    void deliver_or_pass_on(InboundMessage& message, SharedGroup& group, ShardMask tried);

    ShardContext& context_;
    Exchange& exchange_;
    Tree tree_;
    RouteCache cache_;
    std::vector<Route*> matched_;      ///< scratch of matches()
    std::vector<Route::Local> merged_; ///< scratch of deliver_once_per_subscriber
};

} // namespace mqttd
