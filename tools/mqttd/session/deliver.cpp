// Messages for the client: sent now, queued, or dropped and counted. [MQTT5 4.3] [MQTT5 4.9]
#include "common/base/escape.hpp"
#include "tools/mqttd/context/stored_message.hpp"
#include "tools/mqttd/session/packet_sender.hpp"
#include "tools/mqttd/session/publish_writer.hpp"
#include "tools/mqttd/session/session.hpp"

#include <algorithm>

namespace mqttd {

namespace {

using mqtt::Qos;

Delivery delivery_of(const OutgoingMessage& outgoing) {
    return {
        .qos = outgoing.qos,
        .retain = outgoing.retain,
        .identifier = outgoing.identifier,
    };
}

OutgoingMessage to_keep(const Delivery& delivery) {
    OutgoingMessage outgoing;
    outgoing.identifier = delivery.identifier;
    outgoing.qos = delivery.qos;
    outgoing.retain = delivery.retain;
    return outgoing;
}

} // namespace

Delivery
Session::delivery_for(const MessageParts& message, const Subscription& subscription) const {
    const Qos granted = subscription.options.qos;
    const bool upgrade = context().config->upgrade_outgoing_qos;
    return {
        .qos = upgrade ? granted : std::min(message.qos, granted),            // [MQTT-3.8.4-8]
        .retain = message.retain && subscription.options.retain_as_published, // [MQTT-3.3.1-12]
        .identifier = subscription.identifier,
    };
}

void Session::deliver(InboundMessage& message, const Subscription& subscription) {
    const MessageParts& parts = message.parts();
    if (subscription.options.no_local && parts.origin == number()) return; // [MQTT-3.8.3-3]
    if (!may_receive(parts.topic)) return;
    if (parts.retain && replays_) note_overtaken(parts);
    deliver_as(message, delivery_for(parts, subscription));
}

void Session::deliver_as(InboundMessage& message, const Delivery& delivery) {
    if (delivery.qos == Qos::at_most_once) {
        deliver_qos0(message, delivery);
    } else {
        deliver_acknowledged(message, to_keep(delivery), true);
    }
}

bool Session::deliver_shared(
    InboundMessage& message,
    const Subscription& subscription,
    const SharedKeyPtr& key,
    bool allowed_offline
) {
    if ((link_ != nullptr) == allowed_offline || !may(TopicAccess::read, message.parts().topic)) {
        return false;
    }
    const Delivery delivery = delivery_for(message.parts(), subscription);
    if (delivery.qos == Qos::at_most_once) {
        if (link_ == nullptr) return false;
        if (link_->output_full() || !fits(*link_, message.parts(), delivery, context().now)) {
            return false;
        }
        deliver_qos0(message, delivery);
        return true;
    }
    OutgoingMessage outgoing = to_keep(delivery);
    outgoing.shared = key;
    return deliver_acknowledged(message, std::move(outgoing), false);
}

// Asked when a message comes and, because rules may have changed meanwhile, when it has waited.
// What is in flight was sent when it was allowed, and is sent again.
bool Session::may_receive(std::string_view topic) {
    if (may(TopicAccess::read, topic)) return true;
    context().counters.denied_delivery.add();
    return false;
}

void Session::count_dropped(Counter& cause) {
    cause.add();
    context().counters.publish_dropped.add();
}

void Session::deliver_qos0(InboundMessage& message, const Delivery& delivery) {
    Counters& counters = context().counters;
    if (link_ == nullptr) {
        if (!context().config->queue_qos0_messages) {
            counters.dropped_no_session_offline.add();
            return;
        }
        deliver_acknowledged(message, to_keep(delivery), true);
        return;
    }
    if (link_->output_full()) {
        message.note(Fate::refused);
        count_dropped(counters.dropped_output_full);
        note_queue_full();
        return;
    }
    const bool written = delivery.identifier == 0
                             ? write_qos0(*link_, message, delivery.retain, context().now)
                             : write_publish(*link_, message.parts(), delivery, context().now);
    if (!written) {
        count_dropped(counters.dropped_packet_too_large);
        return;
    }
    message.note(Fate::taken);
    counters.publish_sent.add();
    counters.publish_bytes_sent.add(message.parts().payload.size());
    count_sent(context(), mqtt::PacketType::publish);
}

bool Session::can_send_now(std::size_t bytes, Qos qos) {
    return link_ != nullptr && !link_->output_full() && !waits_for_store(qos) &&
           outbox().has_flight_room(bytes, context().config->limits);
}

// Also QoS 0 messages that queue_qos0_messages keeps for an absent client.
bool Session::deliver_acknowledged(
    InboundMessage& message, OutgoingMessage outgoing, bool drop_when_full
) {
    ShardContext& shard = context();
    if (link_ != nullptr && !fits(*link_, message.parts(), delivery_of(outgoing), shard.now)) {
        if (drop_when_full) count_dropped(shard.counters.dropped_packet_too_large);
        return false;
    }
    outgoing.message = message.message();
    const std::size_t bytes = outgoing.message->memory_bytes();
    const bool at_once = outbox().queue_empty() && can_send_now(bytes, outgoing.qos);
    if (!at_once && !outbox().has_queue_room(bytes, shard.config->limits) &&
        (!drop_when_full || !make_queue_room(bytes))) {
        if (drop_when_full) message.note(Fate::refused);
        return false;
    }
    message.note(Fate::taken);
    count_kept(shard.counters, *outgoing.message);
    if (at_once) return send_now(std::move(outgoing));
    keep_row(outgoing, RowState::queued, 0);
    outbox().push(std::move(outgoing));
    return true;
}

/// Does what queue_policy says about a full queue. True when the new message has room now.
bool Session::make_queue_room(std::size_t bytes) {
    ShardContext& shard = context();
    const LimitConfig& limits = shard.config->limits;
    const bool may_fit = limits.max_queued_bytes == 0 || bytes <= limits.max_queued_bytes;
    note_queue_full();
    if (limits.queue_policy == QueuePolicy::drop_old && may_fit) {
        while (!outbox().queue_empty() && !outbox().has_queue_room(bytes, limits)) {
            const OutgoingMessage oldest = outbox().pop();
            count_dropped(shard.counters.dropped_queue_full);
            drop_row(oldest);
            count_given_up(shard.counters, *oldest.message);
        }
        return true;
    }
    count_dropped(shard.counters.dropped_queue_full);
    if (limits.queue_policy == QueuePolicy::disconnect && link_ != nullptr) {
        shard.counters.disconnected_queue_full.add();
        link_->fail(
            mqtt::ReasonCode::quota_exceeded,
            "it reads too slowly: its queue is full (max_queued_messages, max_queued_bytes)"
        );
    }
    return false;
}

/// A QoS 2 message goes out when its identifier is on disk: with another one after a crash it
/// would come twice.
mqtt::PacketId Session::put_in_flight(OutgoingMessage outgoing) {
    const Qos qos = outgoing.qos;
    const mqtt::PacketId id = outbox().start(std::move(outgoing));
    const bool is_twofold = qos == Qos::exactly_once;
    keep_row(
        *outbox().flow().item(id),
        is_twofold ? RowState::awaiting_pubrec : RowState::awaiting_puback,
        id
    );
    if (is_twofold && is_kept()) link_->hold_output();
    return id;
}

/// Writes one message and puts it in flight; the caller has checked that there is room.
bool Session::send_now(OutgoingMessage outgoing) {
    ShardContext& shard = context();
    // Kept by the flow from start() on, by outgoing itself when it is QoS 0.
    const MessageParts message = outgoing.message->parts();
    Delivery delivery = delivery_of(outgoing);
    const std::size_t payload = message.payload.size();
    if (!fits(*link_, message, delivery, shard.now)) {
        count_dropped(shard.counters.dropped_packet_too_large);
        drop_row(outgoing);
        count_given_up(shard.counters, *outgoing.message);
        return false;
    }
    if (delivery.qos == Qos::at_most_once) {
        drop_row(outgoing);
        count_given_up(shard.counters, *outgoing.message);
    } else {
        delivery.packet_id = put_in_flight(std::move(outgoing));
    }
    if (!write_publish(*link_, message, delivery, shard.now)) return false;
    shard.counters.publish_sent.add();
    shard.counters.publish_bytes_sent.add(payload);
    count_sent(shard, mqtt::PacketType::publish);
    return true;
}

void Session::send_waiting() {
    if (link_ == nullptr || !outbox_) {
        if (replays_) pump_replays();
        return;
    }
    ShardContext& shard = context();
    while (!outbox_->queue_empty() &&
           can_send_now(outbox_->front().message->memory_bytes(), outbox_->front().qos)) {
        OutgoingMessage outgoing = outbox_->pop();
        const bool expired = outgoing.message->expired(shard.now);
        if (expired || !may_receive(outgoing.message->topic())) {
            if (expired) count_dropped(shard.counters.dropped_expired);
            drop_row(outgoing);
            count_given_up(shard.counters, *outgoing.message);
            continue;
        }
        send_now(std::move(outgoing));
    }
    if (replays_) pump_replays();
}

Outbox::Searched Session::drop_expired(std::size_t& place, std::size_t budget) {
    if (!outbox_) return {};
    Counters& counters = context().counters;
    return outbox_->drop_expired(place, budget, context().now, [&](const OutgoingMessage& expired) {
        count_dropped(counters.dropped_expired);
        drop_row(expired);
        count_given_up(counters, *expired.message);
    });
}

void Session::resend_in_flight() {
    if (link_ == nullptr || !outbox_ || !outbox_->flow().resending()) return;
    ShardContext& shard = context();
    outbox_->flow().resend(
        [&](mqtt::PacketId id, mqtt::flow::Awaiting awaiting, Qos, OutgoingMessage* outgoing) {
            if (awaiting == mqtt::flow::Awaiting::pubcomp) {
                send_packet(
                    shard,
                    *link_,
                    mqtt::PacketType::pubrel,
                    mqtt::Pubrel{{.packet_id = id, .properties = {}}}
                );
                return;
            }
            Delivery delivery = delivery_of(*outgoing);
            delivery.dup = true; // [MQTT-3.3.1-1]
            delivery.packet_id = id;
            if (!write_publish(*link_, outgoing->message->parts(), delivery, shard.now)) return;
            shard.counters.publish_sent.add();
            shard.counters.publish_bytes_sent.add(outgoing->message->payload().size());
            count_sent(shard, mqtt::PacketType::publish);
        }
    );
}

// One line for a client in an interval, not one for each message.
void Session::note_queue_full() {
    ShardContext& shard = context();
    const auto unnoted = outbox().note_drop(shard.now);
    if (!unnoted) return;
    shard.write_log(base::LogLevel::notice, [&] {
        std::string line = "outgoing messages are being dropped for client " +
                           base::escaped(client_id_) +
                           (link_ == nullptr ? ": it is offline and its queue is full "
                                               "(max_queued_messages, max_queued_bytes)"
                                             : ": it reads too slowly (max_queued_messages, "
                                               "max_queued_bytes, max_output_bytes)");
        if (*unnoted > 1) line += ", " + std::to_string(*unnoted) + " since the last such line";
        return line;
    });
}

} // namespace mqttd
