// What a subscriber asked for, and how a router sees a subscriber. Sessions implement Subscriber;
// the broker's own listeners (log topics, tests) can too. Shard thread only.
#pragma once

#include "common/mqtt/packet/packets.hpp"
#include "tools/mqttd/publish/inbound_message.hpp"
#include "tools/mqttd/routing/subscription_list.hpp"

#include <cstdint>

namespace mqttd {

/// The options of one subscription and its identifier (0 = none). [MQTT5 3.8.3.1] [MQTT5 3.8.2.1.2]
struct Subscription {
    mqtt::SubscriptionOptions options;
    std::uint32_t identifier = 0;
};

class Subscriber {
public:
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    /// Takes, queues or drops the message; a drop is counted. Must not change subscriptions.
    virtual void deliver(InboundMessage& message, const Subscription& subscription) = 0;

    /// The same for a member of a shared subscription; false when it cannot take the message now
    /// (queue full, packet too large, offline and not allowed_offline), so that another member gets
    /// it.
    [[nodiscard]] virtual bool deliver_shared(
        InboundMessage& message,
        const Subscription& subscription,
        const SharedKeyPtr& key,
        bool allowed_offline
    ) = 0;

    [[nodiscard]] virtual bool is_online() const = 0;
    /// Whether overlapping subscriptions may give one copy (before 5.0, which needs each
    /// identifier).
    [[nodiscard]] virtual bool merges_overlapping() const = 0;

    /// Unique in the broker and increasing within a shard; the order of subscribers of one filter.
    [[nodiscard]] std::uint64_t number() const { return number_; }

    /// Kept by the router.
    [[nodiscard]] SubscriptionList& subscriptions() { return subscriptions_; }

    [[nodiscard]] const SubscriptionList& subscriptions() const { return subscriptions_; }

protected:
    explicit Subscriber(std::uint64_t number) : number_(number) {}

    ~Subscriber() = default;

private:
    std::uint64_t number_;
    SubscriptionList subscriptions_;
};

} // namespace mqttd
