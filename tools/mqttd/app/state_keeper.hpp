// Everything that makes a broker's state durable, in one place: the queue that the shards post to,
// the thread that commits, and the store. Owned by Broker when persistence is on.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "tools/mqttd/app/restore_state.hpp"
#include "tools/mqttd/app/store_service.hpp"
#include "tools/mqttd/persistence/committer.hpp"
#include "tools/mqttd/persistence/store_thread.hpp"
#include "tools/mqttd/shard/inbox.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mqttd {

class StateKeeper {
public:
    /// log, clock and inboxes outlive it.
    StateKeeper(
        std::unique_ptr<Store> store,
        std::vector<Inbox*> inboxes,
        base::Log& log,
        const base::Clock& clock
    );
    StateKeeper(const StateKeeper&) = delete;
    StateKeeper& operator=(const StateKeeper&) = delete;
    ~StateKeeper() = default;

    /// The shards get their journals and what the store holds for them.
    [[nodiscard]] StoreResult<void> restore(
        std::span<const std::unique_ptr<Shard>> shards,
        const HomeMap& homes,
        const BrokerConfig& config
    );

    void start() { thread_.start(); }

    /// Copies of the store can be asked for from now on; when that is not possible, the log says
    /// why.
    void answer_at(const std::string& store_path);

    /// All that has been posted is committed, and the store is closed. Blocks.
    void stop();

    [[nodiscard]] const Store& store() const { return *store_; }

private:
    [[nodiscard]] StoreTimes times() const { return {clock_.now(), clock_.wall_now()}; }

    std::vector<Inbox*> inboxes_;
    base::Log& log_;
    const base::Clock& clock_;
    std::unique_ptr<Store> store_;
    CommitQueue queue_;
    StoreIds ids_;
    Committer committer_;
    StoreThread thread_;
    std::unique_ptr<StoreService> service_; ///< uses the thread
    bool closed_ = false;
};

/// What a committer tells shards through their inboxes. Both outlive it.
[[nodiscard]] Committer::Listener tell_by_mail(const std::vector<Inbox*>& inboxes, base::Log& log);

} // namespace mqttd
