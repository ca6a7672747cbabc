#include "tools/mqtt-bench/load/subscriber.hpp"

#include <algorithm>

namespace bench {

std::size_t Subscriber::slot_of(std::uint32_t flow) const {
    std::size_t at = flow & (slots_.size() - 1);
    while (slots_[at].tracker != none && slots_[at].flow != flow) {
        at = (at + 1) & (slots_.size() - 1);
    }
    return at;
}

FlowTracker& Subscriber::find_or_add(std::uint32_t flow) {
    if (2 * (trackers_.size() + 1) > slots_.size()) grow();
    Slot& slot = slots_[slot_of(flow)];
    if (slot.tracker == none) {
        slot = {flow, static_cast<std::uint32_t>(trackers_.size())};
        trackers_.emplace_back();
    }
    return trackers_[slot.tracker];
}

void Subscriber::grow() {
    const auto old = std::move(slots_);
    slots_.assign(std::max<std::size_t>(2, 2 * old.size()), {});
    for (const Slot& slot : old) {
        if (slot.tracker != none) slots_[slot_of(slot.flow)] = slot;
    }
}

bool Subscriber::on_retained(const Stamp& stamp) {
    if (retained_.size() <= stamp.flow) retained_.resize(stamp.flow + 1U);
    auto& seen = retained_[stamp.flow];
    if (seen.size() <= stamp.sequence) {
        seen.resize(std::max<std::size_t>(stamp.sequence + 1, 2 * seen.size()));
    }
    if (seen[stamp.sequence]) return false;
    seen[stamp.sequence] = true;
    return true;
}

} // namespace bench
