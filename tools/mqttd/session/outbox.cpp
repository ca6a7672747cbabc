#include "tools/mqttd/session/outbox.hpp"

#include <chrono>
#include <utility>

namespace mqttd {

namespace {

/// Between two lines in the log about one client.
constexpr std::chrono::minutes drop_note_interval{1};

} // namespace

bool Outbox::has_queue_room(std::size_t bytes, const LimitConfig& limits) const {
    if (limits.max_queued_messages > 0 && queue_.size() >= limits.max_queued_messages) return false;
    return limits.max_queued_bytes == 0 || queued_bytes_ + bytes <= limits.max_queued_bytes;
}

bool Outbox::has_flight_room(std::size_t bytes, const LimitConfig& limits) const {
    if (!flow_.has_room()) return false;
    return limits.max_inflight_bytes == 0 || flow_.empty() ||
           flight_bytes_ + bytes <= limits.max_inflight_bytes;
}

std::optional<std::uint64_t> Outbox::note_drop(base::SteadyTime now) {
    ++unnoted_drops_;
    if (now < next_note_) return std::nullopt;
    next_note_ = now + drop_note_interval;
    return std::exchange(unnoted_drops_, 0);
}

void Outbox::push(OutgoingMessage message) {
    queued_bytes_ += message.message->memory_bytes();
    if (message.message->expires() != never_expires) ++expiring_;
    queue_.push_back(std::move(message));
}

OutgoingMessage Outbox::pop() {
    OutgoingMessage message = std::move(queue_.front());
    queue_.pop_front();
    forget(message);
    return message;
}

void Outbox::forget(const OutgoingMessage& message) {
    queued_bytes_ -= message.message->memory_bytes();
    if (message.message->expires() != never_expires) --expiring_;
}

mqtt::PacketId Outbox::start(OutgoingMessage message) {
    flight_bytes_ += message.message->memory_bytes();
    const mqtt::Qos qos = message.qos;
    return flow_.start(std::move(message), qos);
}

void Outbox::restore(mqtt::PacketId id, mqtt::flow::Awaiting awaiting, OutgoingMessage message) {
    if (message.message) flight_bytes_ += message.message->memory_bytes();
    const StoreId row = message.row;
    const mqtt::Qos qos = message.qos;
    const bool is_received = awaiting == mqtt::flow::Awaiting::pubcomp;
    flow_.restore(
        id,
        awaiting,
        qos,
        is_received ? std::nullopt : std::optional<OutgoingMessage>(std::move(message))
    );
    if (is_received) flow_.item(id)->row = row;
}

void Outbox::released(const OutgoingMessage& message) {
    flight_bytes_ -= message.message->memory_bytes();
}

} // namespace mqttd
