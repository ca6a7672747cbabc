// Everything that one topic filter leads to: the local subscribers, the other shards that have
// some, and the shared subscriptions on it. The value of the router's filter tree. Shard thread
// only.
#pragma once

#include "tools/mqttd/routing/exchange.hpp"
#include "tools/mqttd/routing/shared_group.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace mqttd {

class Route {
public:
    struct Local {
        Subscriber* subscriber;
        Subscription subscription;
    };

    /// Adds or replaces [MQTT-3.8.4-3]; true when the subscriber was there before.
    bool put(Subscriber& subscriber, const Subscription& subscription);
    bool remove(const Subscriber& subscriber);

    [[nodiscard]] const std::vector<Local>& locals() const { return locals_; }

    [[nodiscard]] ShardMask interest() const { return interest_; }

    void set_interest(unsigned shard, bool present);

    [[nodiscard]] std::vector<SharedGroup>& groups() { return groups_; }

    [[nodiscard]] SharedGroup* find_group(std::string_view name);
    SharedGroup& group(const SharedKeyPtr& key);
    /// Forgets a group that has no member on any shard.
    void drop_if_empty(std::string_view name);

    [[nodiscard]] bool empty() const {
        return locals_.empty() && interest_ == 0 && groups_.empty();
    }

private:
    std::vector<Local> locals_; ///< by subscriber number
    ShardMask interest_ = 0;
    std::vector<SharedGroup> groups_;
};

} // namespace mqttd
