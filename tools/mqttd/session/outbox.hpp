// What a session has for its client beyond this turn: QoS 1/2 messages in flight and messages that
// wait, within the configured limits in messages and bytes. Allocated by a session when first
// needed. Shard thread only.
#pragma once

#include "common/mqtt/flow/send_flow.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/persistence/records.hpp"
#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <cstddef>
#include <deque>

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

    void push(OutgoingMessage message);
    OutgoingMessage pop();

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
    Flow flow_{0};
    std::deque<OutgoingMessage> queue_;
    std::size_t queued_bytes_ = 0;
    std::size_t flight_bytes_ = 0;
};

} // namespace mqttd
