// The sending half of a client: composes PUBLISH packets with their stamps and knows how many it
// may send. Owned by its client, on its worker's thread; only credit_deliveries() may come from
// another one.
#pragma once

#include "tools/mqtt-bench/load/output.hpp"
#include "tools/mqtt-bench/load/packet_book.hpp"
#include "tools/mqtt-bench/plan/roster.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace bench {

class Publisher {
public:
    /// The roster outlives it. run: what marks the messages of this run.
    Publisher(const Roster& roster, const Member& member, std::uint32_t run, bool v5);

    /// How many messages the window leaves room for: those whose deliveries have arrived and which
    /// are acknowledged count no more.
    [[nodiscard]] std::uint64_t room() const;

    /// Appends the next message, stamped with `time`; room() must not be 0. Returns how many
    /// deliveries it must cause. empty: without payload and with QoS 0, which clears what is
    /// retained.
    std::uint32_t compose(Output& out, std::uint64_t time, bool empty = false);

    /// Deliveries of its messages that arrived. Any thread.
    void credit_deliveries(std::uint64_t count) {
        delivered_.fetch_add(count, std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t delivered() const {
        return delivered_.load(std::memory_order_relaxed);
    }

    /// Gives up waiting for what is on its way, as lost.
    void write_off() { owed_ = delivered(); }

    /// The broker's Receive Maximum. [MQTT-3.3.4-9]
    void limit_in_flight(std::uint32_t count);

    /// Starts again from the first message, for a second pass over the same topics.
    void rewind() { sequence_ = 0; }

    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

    /// Of the plan, or less when the broker wants less.
    [[nodiscard]] std::uint32_t window() const { return window_; }

    [[nodiscard]] const Group& group() const { return *member_.group; }

    [[nodiscard]] PacketBook& book() { return book_; }

    [[nodiscard]] bool finished() const {
        return group().messages != 0 && sequence_ >= group().messages;
    }

    /// Waits for an acknowledgement of something.
    [[nodiscard]] bool has_unacknowledged() const { return book_.in_flight() != 0; }

    std::uint64_t due = 0;     ///< open loop: messages whose time has come
    std::uint64_t paced = 0;   ///< open loop: messages sent of those that came due
    std::uint32_t turn = 0;    ///< its place in the schedule
    std::uint64_t checked = 0; ///< its sequence number at the last check for a stall
    bool touched = false;      ///< is in the worker's list
    bool stopped = true;       ///< must not send

private:
    void prepare();
    std::uint8_t* begin_packet(Output& out, mqtt::Qos level, std::size_t payload_size);
    std::uint64_t random();

    const Roster& roster_;
    const Member& member_;
    std::uint32_t run_;
    bool v5_;
    std::uint32_t window_;
    std::uint32_t most_deliveries_; // of one message; 0 = the window does not wait for them
    std::uint64_t sequence_ = 0;
    std::uint64_t owed_ = 0; // deliveries that the messages sent so far must cause
    std::uint64_t random_state_;
    PacketBook book_;
    std::string topic_;
    std::string packet_; // all of it, when every message has the same topic and size
    alignas(64) std::atomic<std::uint64_t> delivered_ = 0;
};

} // namespace bench
