#include "tools/mqttd/session/link.hpp"

#include "tools/mqttd/persistence/journal.hpp"

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
    if (holds_->release(context_->released_group)) holds_.reset();
    output_changed();
}

void Link::drop_held_output() {
    if (!holds_) return;
    output_.truncate(holds_->free_bytes());
    holds_.reset();
}

} // namespace mqttd
