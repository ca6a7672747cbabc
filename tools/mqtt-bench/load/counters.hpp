// What one worker has counted. Written by its thread alone, read by the reporting thread at any
// time: plain additions on relaxed atomics, on cache lines of their own.
#pragma once

#include <atomic>
#include <cstdint>

namespace bench {

class Counter {
public:
    /// Owning thread only.
    void add(std::uint64_t count = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_ = 0;
};

struct alignas(64) Counters {
    Counter connected;         ///< CONNACK with success
    Counter connect_failed;    ///< no connection, or a CONNACK that refuses
    Counter disconnected;      ///< connections that ended though we did not end them
    Counter subscribed;        ///< filters granted
    Counter subscribe_refused; ///< filters
    Counter sent;              ///< PUBLISH packets
    Counter expected;          ///< deliveries that they must cause
    Counter acknowledged;      ///< PUBACK, or PUBCOMP
    Counter refused;           ///< messages whose acknowledgement was an error
    Counter received;          ///< PUBLISH packets of this run, duplicates included
    Counter duplicates;
    Counter late;                ///< order violations
    Counter foreign;             ///< PUBLISH packets of others
    Counter closed;              ///< connections that we ended
    Counter pongs;               ///< PINGRESP
    Counter finished_publishers; ///< which have sent all they had to
};

/// A sum over workers at one moment.
struct Totals {
    std::uint64_t connected = 0;
    std::uint64_t connect_failed = 0;
    std::uint64_t disconnected = 0;
    std::uint64_t subscribed = 0;
    std::uint64_t subscribe_refused = 0;
    std::uint64_t sent = 0;
    std::uint64_t expected = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t refused = 0;
    std::uint64_t received = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t late = 0;
    std::uint64_t foreign = 0;
    std::uint64_t closed = 0;
    std::uint64_t pongs = 0;
    std::uint64_t finished_publishers = 0;

    void add(const Counters& counters) {
        connected += counters.connected.value();
        connect_failed += counters.connect_failed.value();
        disconnected += counters.disconnected.value();
        subscribed += counters.subscribed.value();
        subscribe_refused += counters.subscribe_refused.value();
        sent += counters.sent.value();
        expected += counters.expected.value();
        acknowledged += counters.acknowledged.value();
        refused += counters.refused.value();
        received += counters.received.value();
        duplicates += counters.duplicates.value();
        late += counters.late.value();
        foreign += counters.foreign.value();
        closed += counters.closed.value();
        pongs += counters.pongs.value();
        finished_publishers += counters.finished_publishers.value();
    }

    [[nodiscard]] std::uint64_t delivered() const { return received - duplicates; }

    [[nodiscard]] std::uint64_t lost() const {
        return expected > delivered() ? expected - delivered() : 0;
    }
};

} // namespace bench
