// Retained messages for new subscriptions, in small batches, as fast as the client takes them.
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/session/session.hpp"

namespace mqttd {

namespace {

/// Waiting messages above which a replay pauses; the client's acknowledgements let it go on.
constexpr std::size_t replay_queue_mark = 64;

} // namespace

void Session::start_replays(std::vector<WaitingReplay>& replays) {
    if (replays.empty()) return;
    if (!replays_) replays_ = std::make_unique<Replays>();
    for (WaitingReplay& replay : replays) {
        stop_replay(replay.filter); // subscribing again begins again [MQTT-3.8.4-4]
        replays_->waiting.push_back(std::move(replay));
    }
    pump_replays();
}

/// Of those that wait for their turn, the subscription is looked at when it comes.
void Session::stop_replay(std::string_view filter) {
    if (replays_ && replays_->active && replays_->current.filter == filter) end_current_replay();
}

void Session::end_current_replay() {
    replays_->active = false;
    replays_->current = Replay{};
}

void Session::begin_next_replay() {
    WaitingReplay next = std::move(replays_->waiting.front());
    replays_->waiting.pop_front();
    if (!services_.router.is_subscribed(*this, next.filter)) return;
    Replay& replay = replays_->current;
    replay.id = ++replays_->last_id;
    replay.filter = std::move(next.filter);
    replay.subscription = next.subscription;
    if (mqtt::topic::has_wildcard(replay.filter)) {
        replay.last_shard = context().count - 1;
    } else {
        replay.shard = replay.last_shard = retained_shard(replay.filter, context().count);
    }
    replays_->active = true;
}

bool Session::can_replay(const MessagePtr& message) {
    const LimitConfig& limits = context().config->limits;
    if (link_->output().size() >= limits.max_output_bytes / 2) return false;
    if (!outbox_) return true;
    const std::size_t bytes = message->memory_bytes();
    if (outbox_->queue_empty() && outbox_->has_flight_room(bytes, limits)) return true;
    return outbox_->queued() < replay_queue_mark && outbox_->has_queue_room(bytes, limits);
}

// One replay after the other, and of each one batch after the other.
void Session::pump_replays() {
    Replay& replay = replays_->current;
    while (link_ != nullptr && !replay.asked) {
        if (!replays_->active) {
            if (replays_->waiting.empty()) break;
            begin_next_replay();
        } else if (replay.next < replay.batch.size()) {
            const MessagePtr message = replay.batch[replay.next];
            if (!can_replay(message)) return;
            ++replay.next;
            replay_message(replay, message);
        } else if (replay.shard > replay.last_shard) {
            end_current_replay();
        } else if (services_.may_have_retained(replay.shard, replay.filter)) {
            ask_for_batch(replay);
        } else {
            ++replay.shard;
        }
    }
    if (!replays_->active && replays_->waiting.empty()) replays_.reset();
}

void Session::ask_for_batch(Replay& replay) {
    replay.batch.clear();
    replay.next = 0;
    replay.asked = true;
    services_.query_retained(
        replay.shard,
        {.session = number(), .replay = replay.id, .filter = replay.filter, .cursor = replay.cursor}
    );
}

void Session::on_retained(std::uint64_t replay_id, RetainedBatch& batch) {
    if (!replays_) return;
    Replay& replay = replays_->current;
    if (replays_->active && replay.id == replay_id && replay.asked) {
        replay.asked = false;
        replay.batch = std::move(batch.messages);
        replay.cursor = std::move(batch.cursor);
        if (replay.cursor.empty()) ++replay.shard; // that was all of this one
    }
    pump_replays();
}

void Session::replay_message(Replay& replay, const MessagePtr& message) {
    if (replay.subscription.options.no_local && message->parts().origin == number()) return;
    if (message->expired(context().now) || !may_receive(message->topic())) return;
    if (replay.overtaken.contains(std::string(message->topic()))) return;
    InboundMessage inbound(message, context().shapes);
    Delivery delivery = delivery_for(inbound.parts(), replay.subscription);
    delivery.retain = true; // [MQTT-3.3.1-8]
    deliver_as(inbound, delivery);
}

void Session::note_overtaken(const MessageParts& message) {
    if (replays_->active) replays_->current.overtaken.emplace(message.topic);
}

} // namespace mqttd
