// What the store holds becomes sessions and retained messages again, on however many shards there
// are now. Before the shards' threads start.
#pragma once

#include "common/base/log.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/persistence/commit_queue.hpp"
#include "tools/mqttd/persistence/store.hpp"
#include "tools/mqttd/shard/home.hpp"
#include "tools/mqttd/shard/shard.hpp"

#include <memory>
#include <span>
#include <string>

namespace mqttd {

/// The broker that takes the state. Shards have their journals already.
struct RestoreTarget {
    std::span<const std::unique_ptr<Shard>> shards;
    const HomeMap& homes;
    const BrokerConfig& config;
    StoreIds& ids;
};

/// One line for the log: what was restored.
[[nodiscard]] StoreResult<std::string>
restore_state(Store& store, const RestoreTarget& target, const StoreTimes& times);

} // namespace mqttd
