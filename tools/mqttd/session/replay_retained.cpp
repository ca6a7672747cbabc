// Retained messages for new subscriptions, in small batches, as fast as the client takes them.
#include "tools/mqttd/session/session.hpp"

#include <algorithm>

namespace mqttd {

namespace {

/// Waiting messages above which a replay pauses; the client's acknowledgements let it go on.
constexpr std::size_t replay_queue_mark = 64;

} // namespace

void Session::start_replays(std::vector<Replay>& replays) {
    if (replays.empty()) return;
    if (!replays_) replays_ = std::make_unique<std::vector<Replay>>();
    for (Replay& replay : replays) {
        // Subscribing again to the same filter begins again. [MQTT-3.8.4-4]
        std::erase_if(*replays_, [&](const Replay& old) { return old.filter == replay.filter; });
        replay.id = next_replay_++;
        replays_->push_back(std::move(replay));
    }
    pump_replays();
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
    while (link_ != nullptr && !replays_->empty() && !replays_->front().asked) {
        Replay& replay = replays_->front();
        if (replay.next < replay.batch.size()) {
            const MessagePtr message = replay.batch[replay.next];
            if (!can_replay(message)) return;
            ++replay.next;
            replay_message(replay, message);
        } else if (replay.shard > replay.last_shard) {
            replays_->erase(replays_->begin());
        } else {
            ask_for_batch(replay);
        }
    }
    if (replays_->empty()) replays_.reset();
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
    const auto found = std::find_if(replays_->begin(), replays_->end(), [&](const Replay& replay) {
        return replay.id == replay_id;
    });
    if (found != replays_->end() && found->asked) {
        found->asked = false;
        found->batch = std::move(batch.messages);
        found->cursor = std::move(batch.cursor);
        if (found->cursor.empty()) ++found->shard; // that was all of this one
    }
    pump_replays();
}

void Session::replay_message(Replay& replay, const MessagePtr& message) {
    if (replay.subscription.options.no_local && message->parts().origin == number()) return;
    if (message->expired(context().now) || !may_receive(message->topic())) return;
    if (replay.overtaken.contains(std::string(message->topic()))) return;
    InboundMessage inbound(message, context().shapes);
    OutgoingMessage outgoing = outgoing_for(inbound.parts(), replay.subscription, true);
    if (outgoing.qos == mqtt::Qos::at_most_once) {
        deliver_qos0(inbound, outgoing);
    } else {
        deliver_acknowledged(inbound, std::move(outgoing), true);
    }
}

void Session::note_overtaken(const MessageParts& message) {
    for (Replay& replay : *replays_)
        replay.overtaken.emplace(message.topic);
}

} // namespace mqttd
