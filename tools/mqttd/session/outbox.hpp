// What a session has for its client beyond this turn: QoS 1/2 messages in flight and messages that
// wait, within the configured limits in messages and bytes. Allocated by a session when first
// needed. Shard thread only.
#pragma once

#include "common/base/clock.hpp"
#include "common/mqtt/flow/send_flow.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/persistence/records.hpp"
#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace mqttd {

/// One message on its way to one client.
struct OutgoingMessage {
    MessagePtr message;
    SharedKeyPtr shared; ///< set when it came through a shared subscription
    StoreId row = 0;     ///< in the store; 0: not kept there
    std::uint32_t identifier = 0;
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    bool retain = false;
};

class Outbox {
public:
    using Flow = mqtt::flow::SendFlow<OutgoingMessage>;

    [[nodiscard]] Flow& flow() { return flow_; }

    [[nodiscard]] const Flow& flow() const { return flow_; }

    [[nodiscard]] bool empty() const { return queue_.empty() && flow_.empty(); }

    [[nodiscard]] bool queue_empty() const { return queue_.empty(); }

    [[nodiscard]] std::size_t queued() const { return queue_.size(); }

    [[nodiscard]] OutgoingMessage& front() { return queue_.front(); }

    /// Whether the queue may take one more message of this size. [max_queued_messages]
    /// [max_queued_bytes]
    [[nodiscard]] bool has_queue_room(std::size_t bytes, const LimitConfig& limits) const;
    /// Whether one more message of this size may be in flight; one always may. [max_inflight_bytes]
    [[nodiscard]] bool has_flight_room(std::size_t bytes, const LimitConfig& limits) const;

    /// A message was dropped for want of room. How many were since the last line about it in the
    /// log, when it is time for another one.
    [[nodiscard]] std::optional<std::uint64_t> note_drop(base::SteadyTime now);

    void push(OutgoingMessage message);
    OutgoingMessage pop();

    /// A part of a search through the queue.
    struct Searched {
        std::size_t messages = 0;
        bool complete = true; ///< the end was reached
    };

    /// Takes out the expired ones among so many from this place on, and moves the place.
    template <typename Visit>
    Searched
    drop_expired(std::size_t& place, std::size_t budget, base::SteadyTime now, const Visit& visit) {
        if (expiring_ == 0) return {};
        const std::size_t from = std::min(place, queue_.size());
        const std::size_t count = std::min(budget, queue_.size() - from);
        const auto begin = queue_.begin() + static_cast<std::ptrdiff_t>(from);
        const auto end = begin + static_cast<std::ptrdiff_t>(count);
        auto kept = begin;
        for (auto at = begin; at != end; ++at) {
            if (at->message->expired(now)) {
                forget(*at);
                visit(*at);
            } else {
                if (kept != at) *kept = std::move(*at);
                ++kept;
            }
        }
        place = from + static_cast<std::size_t>(kept - begin);
        queue_.erase(kept, end);
        return {.messages = count, .complete = place == queue_.size()};
    }

    mqtt::PacketId start(OutgoingMessage message);
    /// Puts back what was in flight before the broker started, in order of sending.
    void restore(mqtt::PacketId id, mqtt::flow::Awaiting awaiting, OutgoingMessage message);
    /// Bookkeeping when the flow has released a message.
    void released(const OutgoingMessage& message);

    template <typename Visit>
    void for_each_queued(Visit&& visit) {
        for (OutgoingMessage& message : queue_)
            visit(message);
    }

private:
    /// Bookkeeping for what leaves the queue.
    void forget(const OutgoingMessage& message);

    Flow flow_{0};
    std::deque<OutgoingMessage> queue_;
    std::size_t queued_bytes_ = 0;
    std::size_t expiring_ = 0; ///< how many of the queue have an expiry
    std::size_t flight_bytes_ = 0;
    std::uint64_t unnoted_drops_ = 0;
    base::SteadyTime next_note_ = base::SteadyTime::min();
};

} // namespace mqttd
