// The receiving half of a client: which of its filters are subscribed, and what arrived from which
// publisher. Owned by its client, on its worker's thread.
#pragma once

#include "tools/mqtt-bench/load/stamp.hpp"
#include "tools/mqtt-bench/measure/flow_tracker.hpp"
#include "tools/mqtt-bench/plan/roster.hpp"

#include <cstdint>
#include <vector>

namespace bench {

class Subscriber {
public:
    explicit Subscriber(const Member& member) : member_(member) {}

    /// A live message: order matters.
    Arrival on_message(const Stamp& stamp) {
        return tracker(stamp.flow).on_arrival(stamp.sequence);
    }

    /// A retained one: they come in any order. True the first time.
    bool on_retained(const Stamp& stamp);

    [[nodiscard]] const Member& member() const { return member_; }

    /// Forgets what was subscribed and which retained messages came.
    void start_over() {
        next_filter = 0;
        retained_.clear();
    }

    std::uint32_t next_filter = 0; ///< the first one not yet asked for
    std::uint32_t asked = 0;       ///< filters in the SUBSCRIBE that waits for its answer
    std::uint64_t asked_at = 0;    ///< nanoseconds

private:
    FlowTracker& tracker(std::uint32_t flow) {
        if (!slots_.empty()) {
            const Slot& slot = slots_[flow & (slots_.size() - 1)];
            if (slot.flow == flow && slot.tracker != none) return trackers_[slot.tracker];
        }
        return find_or_add(flow);
    }

    FlowTracker& find_or_add(std::uint32_t flow);
    void grow();
    [[nodiscard]] std::size_t slot_of(std::uint32_t flow) const;

    static constexpr std::uint32_t none = UINT32_MAX;

    // Open addressing: a slot is empty while its tracker is none.
    struct Slot {
        std::uint32_t flow = 0;
        std::uint32_t tracker = none;
    };

    const Member& member_;
    std::vector<Slot> slots_;
    std::vector<FlowTracker> trackers_;
    std::vector<std::vector<bool>> retained_; // by flow and number
};

} // namespace bench
