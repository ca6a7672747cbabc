// What every object of one shard may use: the time of the turn, the configuration snapshot,
// counters, timers, log, and the few totals that all shards share. One per shard, owned by Shard;
// its thread only, except BrokerTotals.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/entropy.hpp"
#include "common/base/log.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/context/output_buffer.hpp"
#include "tools/mqttd/context/timer_queue.hpp"
#include "tools/mqttd/publish/inbound_message.hpp"
#include "tools/mqttd/sys/counters.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mqttd {

class Journal;
class Link;

/// Sums that a limit of the whole broker needs at once. Relaxed atomics: a limit may be passed by a
/// few at the same instant on several shards, never by more than the number of shards.
struct BrokerTotals {
    std::atomic<std::int64_t> sessions{0};
    std::atomic<std::int64_t> connections{0};
    std::atomic<std::int64_t> handshakes{0}; ///< of TLS, that go on
    std::atomic<std::int64_t> retained_messages{0};
    std::atomic<std::int64_t> retained_bytes{0};
    std::atomic<bool> memory_exhausted{false}; ///< heap above memory_limit at the last look
};

struct ShardContext {
    ShardContext(
        unsigned shard_index,
        unsigned shard_count,
        std::shared_ptr<const BrokerConfig> snapshot,
        base::Entropy& shard_entropy,
        base::Log& broker_log,
        BrokerTotals& broker_totals
    )
        : index(shard_index)
        , count(shard_count)
        , config(std::move(snapshot))
        , entropy(shard_entropy)
        , log(broker_log)
        , totals(broker_totals) {}

    ShardContext(const ShardContext&) = delete;
    ShardContext& operator=(const ShardContext&) = delete;
    ~ShardContext() = default;

    /// One line of the log when its type is switched on; text is built only then.
    template <typename MakeText>
    void write_log(base::LogLevel level, MakeText&& make_text) const {
        if (log.enabled(level)) log.write(level, make_text());
    }

    /// The calendar time of the current turn.
    [[nodiscard]] base::WallTime wall_now() const {
        return wall_start +
               std::chrono::duration_cast<base::WallTime::duration>(now - steady_start);
    }

    const unsigned index;
    const unsigned count;
    std::shared_ptr<const BrokerConfig> config; ///< replaced at reload
    base::Entropy& entropy;
    base::Log& log;
    BrokerTotals& totals;
    base::SteadyTime now{};       ///< of the current turn
    unsigned handshake_steps = 0; ///< of TLS, done in the current turn
    Counters counters;
    TimerQueue timers;
    InboundMessage::Shapes shapes;
    base::ByteBuffer encode_scratch;
    SpareOutputs spare_outputs;
    std::vector<Link*> dirty_links;   ///< connections with output to flush at the end of the turn
    Journal* journal = nullptr;       ///< what is kept on disk; nullptr: persistence is off
    std::uint64_t released_group = 0; ///< of the journal: all that waited for it may go out
    /// Connections whose output waits for the commit of a group since this turn.
    std::vector<std::pair<Link*, std::uint64_t>> held_links;
    std::uint64_t last_arrival = 0; ///< number of the latest connection of a client
    base::WallTime wall_start{};    ///< calendar time of steady_start
    base::SteadyTime steady_start{};
};

} // namespace mqttd
