#include "tools/mqttd/session/link.hpp"

#include "tools/mqttd/persistence/journal.hpp"

#include <utility>

namespace mqttd {

void Link::hold_output() {
    hold_output(context_->journal->group());
}

void Link::hold_output(std::uint64_t group) {
    if (context_->released_group >= group) return;
    if (!holds_) holds_ = std::make_unique<OutputHolds>();
    if (holds_->has(group)) return;
    holds_->add(group, output_.size());
    context_->held_links.emplace_back(this, group);
}

void Link::release_output() {
    if (!holds_) return;
    const bool all = holds_->release(context_->released_group);
    if (!decide_replies() && all) holds_.reset();
    output_changed();
}

void Link::await_fate(mqtt::PacketId packet_id, mqtt::Qos qos, MessagePtr message) {
    holds_->add_undecided({output_.size() - 1, packet_id, qos, std::move(message)});
}

/// The client may use the identifier of a refused QoS 2 message for another one as soon as it hears
/// of it, so that has to be on disk first. True when something waits for that.
bool Link::decide_replies() {
    while (const auto reply = holds_->take_decided(output_.size())) {
        if (!is_lost(reply->message->fate())) continue;
        output_.set(reply->at, static_cast<std::uint8_t>(mqtt::ReasonCode::quota_exceeded));
        const bool is_twofold = reply->qos == mqtt::Qos::exactly_once;
        if (!is_twofold || !forget_received(reply->packet_id)) continue;
        const std::uint64_t group = context_->journal->group();
        holds_->hold_from(group, reply->at);
        context_->held_links.emplace_back(this, group);
        return true;
    }
    return false;
}

void Link::drop_held_output() {
    if (!holds_) return;
    output_.truncate(holds_->free_bytes());
    holds_.reset();
}

} // namespace mqttd
