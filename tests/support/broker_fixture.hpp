// A whole broker in one process and one thread: stepped shards, a clock turned by hand, fixed
// entropy, connections in memory. The same configuration, seed and calls give the same run.
// Sockets, threads and the acceptors are not in it; tests/scenario/threads_test has those.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/entropy.hpp"
#include "tests/support/broker_fixture_log.hpp"
#include "tests/support/fake_peer_socket.hpp"
#include "tools/mqttd/app/housekeeping.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/persistence/committer.hpp"
#include "tools/mqttd/persistence/memory_store.hpp"
#include "tools/mqttd/shard/shard.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace support {

/// One listener, everybody may come in, no $SYS.
[[nodiscard]] mqttd::BrokerConfig open_config();

class BrokerFixture {
public:
    BrokerFixture(unsigned shards, mqttd::BrokerConfig config, std::uint64_t seed = 1);
    BrokerFixture(const BrokerFixture&) = delete;
    BrokerFixture& operator=(const BrokerFixture&) = delete;
    ~BrokerFixture();

    [[nodiscard]] unsigned shard_count() const { return static_cast<unsigned>(shards_.size()); }

    /// A client identifier made from this name that lives on this shard.
    [[nodiscard]] std::string id_on(unsigned shard, const std::string& name) const;

    /// A new connection accepted by a shard; nullptr when a limit of the listener refuses it.
    [[nodiscard]] std::shared_ptr<FakeSocket>
    open(unsigned shard, const std::string& address = "192.0.2.1", std::size_t listener = 0);

    // --- steps ---

    [[nodiscard]] bool has_work(unsigned shard) const;
    /// Any shard, or the store.
    [[nodiscard]] bool is_busy() const;
    /// One turn of one shard. read_size: how many of so many waiting bytes to read now.
    using ReadSize = std::function<std::size_t(std::size_t)>;
    void turn(unsigned shard, const ReadSize& read_size);
    /// Turns of all shards, one after the other, until nothing is left to do.
    void settle();
    /// Turns in an order and with reads that the seed decides, until nothing is left to do or
    /// so many turns are over.
    void settle_randomly(std::size_t most_turns = static_cast<std::size_t>(-1));
    /// Lets time pass; every timer is met at its time.
    void advance(base::Duration time);

    // --- what is kept ---

    /// Before the first connection: persistence is on, with what the disk holds. The store commits
    /// in its own turns, among those of the shards.
    void use_disk(std::shared_ptr<mqttd::MemoryDisk> disk);
    /// kill -9 and a new start with the same disk, clock and listeners: connections are lost, so is
    /// what has not been committed. shards: of the new broker.
    void crash(unsigned shards);
    /// One turn of the store thread.
    void commit();

    /// The disk is slow: nothing is committed but by commit().
    void pause_commits(bool paused) { commits_paused_ = paused; }

    // --- what the main thread does ---

    void reload(mqttd::BrokerConfig fresh);
    /// The same configuration with other passwords and rules; kept by the reloads that follow.
    void use_access(mqttd::AccessControlPtr access);
    /// Wills, then DISCONNECT to everybody, as Broker::stop() does it.
    void stop();
    /// $SYS and the look at memory_limit begin.
    void start_housekeeping();
    [[nodiscard]] std::string dump();

    // --- what a test looks at ---

    [[nodiscard]] mqttd::BrokerTotals& totals() { return totals_; }

    [[nodiscard]] CapturedLog& log() { return log_; }

    [[nodiscard]] const mqttd::BrokerConfig& config() const { return *config_; }

    [[nodiscard]] base::Entropy& entropy() { return entropy_; }

    /// The sum over all shards.
    [[nodiscard]] std::uint64_t count(mqttd::Counter mqttd::Counters::*counter) const;

private:
    void build(unsigned shards);
    void tear_down();
    [[nodiscard]] bool has_commits() const;
    void open_disk();
    void task_on_every_shard(const std::function<void(mqttd::Shard&)>& task);
    void forget_closed_sockets();

    CapturedLog log_;
    base::ManualClock clock_;
    base::FixedEntropy entropy_;
    std::shared_ptr<const mqttd::BrokerConfig> config_;
    mqttd::AccessControlPtr access_ = std::make_shared<const mqttd::AccessControl>();
    mqttd::BrokerTotals totals_;
    std::optional<mqttd::HomeMap> homes_;
    std::vector<std::unique_ptr<mqttd::Inbox>> inboxes_;
    std::optional<mqttd::ShardTeam> team_;
    std::shared_ptr<mqttd::MemoryDisk> disk_; ///< nullptr: persistence is off
    std::unique_ptr<mqttd::Store> store_;
    std::unique_ptr<mqttd::CommitQueue> commit_queue_;
    std::unique_ptr<mqttd::StoreIds> store_ids_;
    std::unique_ptr<mqttd::Committer> committer_;
    bool commits_paused_ = false;
    std::vector<std::shared_ptr<mqttd::ListenerState>> listeners_;
    std::deque<FakeHost> hosts_;
    std::vector<std::unique_ptr<mqttd::Shard>> shards_;
    std::unique_ptr<mqttd::Housekeeping> housekeeping_;
    std::vector<std::shared_ptr<FakeSocket>> sockets_;
};

} // namespace support
