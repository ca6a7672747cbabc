// Everything that one topic filter leads to: the local subscribers, the other shards that have
// some, and the shared subscriptions on it. The value of the router's filter tree, small for the
// usual single subscriber. Shard thread only.
#pragma once

#include "tools/mqttd/routing/exchange.hpp"
#include "tools/mqttd/routing/shared_group.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace mqttd {

class Route {
public:
    struct Local {
        Subscriber* subscriber = nullptr;
        Subscription subscription;
    };

    /// Adds or replaces [MQTT-3.8.4-3]; true when the subscriber was there before.
    bool put(Subscriber& subscriber, const Subscription& subscription);
    bool remove(const Subscriber& subscriber);
    [[nodiscard]] bool has(const Subscriber& subscriber) const;

    /// By subscriber number; valid until the next change.
    [[nodiscard]] std::span<const Local> locals() const {
        if (only_.subscriber != nullptr) return {&only_, 1};
        return more_ ? std::span<const Local>{more_->locals} : std::span<const Local>{};
    }

    [[nodiscard]] ShardMask interest() const { return interest_; }

    void set_interest(unsigned shard, bool present);

    [[nodiscard]] std::span<SharedGroup> groups() {
        return more_ ? std::span<SharedGroup>{more_->groups} : std::span<SharedGroup>{};
    }

    [[nodiscard]] SharedGroup* find_group(std::string_view name);
    SharedGroup& group(const SharedKeyPtr& key);
    /// Forgets a group that has no member on any shard.
    void drop_if_empty(std::string_view name);

    [[nodiscard]] bool empty() const {
        return only_.subscriber == nullptr && interest_ == 0 && !more_;
    }

private:
    /// What most filters do not have: a second subscriber, or a shared subscription.
    struct More {
        std::vector<Local> locals; ///< by subscriber number; never exactly one
        std::vector<SharedGroup> groups;
    };

    More& more();
    /// Gives memory back after something went.
    void settle();

    Local only_; ///< the local subscriber when there is one and no other
    std::unique_ptr<More> more_;
    ShardMask interest_ = 0;
};

} // namespace mqttd
