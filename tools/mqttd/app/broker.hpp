// The whole broker: shards, their threads, the listening sockets and what they share. Used from the
// main thread, which gives it a configuration and sockets, starts it and stops it.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/entropy.hpp"
#include "common/base/log.hpp"
#include "common/net/listen_socket.hpp"
#include "tools/mqttd/app/housekeeping.hpp"
#include "tools/mqttd/app/state_keeper.hpp"
#include "tools/mqttd/auth/access_control.hpp"
#include "tools/mqttd/auth/access_files.hpp"
#include "tools/mqttd/auth/hash_pool.hpp"
#include "tools/mqttd/auth/login_limiter.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/shard/acceptor.hpp"
#include "tools/mqttd/shard/event_loop.hpp"
#include "tools/mqttd/shard/home.hpp"
#include "tools/mqttd/shard/inbox.hpp"
#include "tools/mqttd/shard/shard.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace mqttd {

class Broker {
public:
    /// log, clock and entropy are used by all threads and outlive the broker.
    Broker(
        BrokerConfig config,
        const AccessFiles& files,
        base::Log& log,
        const base::Clock& clock,
        base::Entropy& entropy
    );
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;
    /// Stops first when it runs.
    ~Broker();

    /// Before start(). What the store holds is there again afterwards, and what changes from now on
    /// is kept in it.
    [[nodiscard]] StoreResult<void> use_store(std::unique_ptr<Store> store);

    /// place: which of BrokerConfig::listeners the socket belongs to.
    void add_listener(net::ListenSocket socket, std::size_t place);
    /// Closes the sockets of these listeners; connections stay.
    void remove_listeners(std::span<const std::size_t> places);
    /// Nobody can connect to these listeners, and their addresses are free for other sockets, until
    /// they are removed or resumed.
    void suspend_listeners(std::span<const std::size_t> places);
    /// Returns the addresses that somebody else has taken meanwhile.
    [[nodiscard]] std::vector<std::string> resume_listeners(std::span<const std::size_t> places);
    /// Of these listeners.
    [[nodiscard]] std::vector<std::string> addresses_of(std::span<const std::size_t> places) const;

    /// Copies of the store, which has this path, can be asked for once the broker has started.
    void answer_for_store(const std::string& path) { state_keeper_->answer_at(path); }

    void start();

    /// Everything but the number of threads and the listening sockets follows at once. fresh has
    /// the same listeners in the same places, perhaps closed, and new ones after them; clients of
    /// closed ones are disconnected. files: the password and ACL files that it names.
    void reload(BrokerConfig fresh, const AccessFiles& files);
    /// All subscriptions and retained topics, a line each.
    [[nodiscard]] std::string tree_text();

    /// A log line as a message for its subscribers, not retained. Any thread. False: the shard that
    /// publishes them has not caught up with earlier ones.
    [[nodiscard]] bool publish_log(std::string topic, std::string payload);

    /// Whether every shard ends its turn within the time.
    [[nodiscard]] bool answers_within(std::chrono::milliseconds time);

    /// Publishes the wills of connected clients, tells everybody, writes out what is left, ends the
    /// threads. Blocks.
    void stop();

    [[nodiscard]] unsigned shard_count() const { return static_cast<unsigned>(shards_.size()); }

    [[nodiscard]] std::vector<const Counters*> counters() const;

private:
    void use_access(const AccessFiles& files);
    void make_listener_states();
    /// On the threads of the loops when they run, else here.
    void on_every_loop(const std::function<void(EventLoop&)>& task);
    void close_sockets();
    [[nodiscard]] std::vector<Acceptor*> acceptors_of(std::span<const std::size_t> places) const;
    void start_hashing();
    void on_every_shard(const std::function<void(Shard&)>& task);
    void wait_for_turns();
    void close_all_connections();
    void wait_until_saved();

    base::Log& log_;
    const base::Clock& clock_;
    base::Entropy& entropy_;
    std::shared_ptr<const BrokerConfig> config_;
    BrokerTotals totals_;
    HashPool hash_pool_;
    LoginLimiter login_limiter_;
    AccessControlPtr access_ = std::make_shared<const AccessControl>();
    HomeMap homes_;
    std::vector<std::unique_ptr<Inbox>> inboxes_;
    std::optional<ShardTeam> team_;
    std::unique_ptr<StateKeeper> state_keeper_; ///< nullptr: persistence is off
    std::vector<std::shared_ptr<ListenerState>> listeners_;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
    std::vector<std::unique_ptr<EventLoop>> loops_;
    std::vector<std::unique_ptr<Shard>> shards_; ///< their connections leave the loops when they go
    std::unique_ptr<Housekeeping> housekeeping_;
    std::atomic<std::size_t> log_messages_waiting_{0};
    std::vector<std::thread> threads_;
    bool running_ = false;
};

} // namespace mqttd
