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

bool Session::can_replay() {
    if (link_ == nullptr) return false;
    if (link_->output().size() >= context().config->limits.max_output_bytes / 2) return false;
    return !outbox_ || outbox_->queued() < replay_queue_mark;
}

void Session::pump_replays() {
    if (!can_replay()) return;
    for (Replay& replay : *replays_) {
        if (replay.asked) continue;
        replay.asked = true;
        services_.query_retained(
            replay.shard,
            {.session = number(),
             .replay = replay.id,
             .filter = replay.filter,
             .cursor = replay.cursor}
        );
    }
}

void Session::on_retained(std::uint64_t replay_id, RetainedBatch& batch) {
    if (!replays_) return;
    const auto found = std::find_if(replays_->begin(), replays_->end(), [&](const Replay& replay) {
        return replay.id == replay_id;
    });
    if (found == replays_->end()) return;
    for (const MessagePtr& message : batch.messages)
        replay_message(*found, message);
    found->asked = false;
    found->cursor = std::move(batch.cursor);
    if (found->cursor.empty()) {
        if (found->shard == found->last_shard) {
            replays_->erase(found);
        } else {
            ++found->shard;
        }
    }
    if (replays_->empty()) {
        replays_.reset();
        return;
    }
    pump_replays();
}

void Session::replay_message(Replay& replay, const MessagePtr& message) {
    if (replay.subscription.options.no_local && message->parts().origin == number()) return;
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
