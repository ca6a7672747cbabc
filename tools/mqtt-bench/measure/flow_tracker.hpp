// What happened to the messages of one publisher on their way to one subscriber: which sequence
// numbers are missing, which came twice, which came after a later one. Owned by the subscriber, on
// its thread. The numbers that are missing are kept as ranges, a bounded count of them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace bench {

enum class Arrival : std::uint8_t {
    in_order,  ///< the next one, or later than it (those between are missing so far)
    late,      ///< one of the missing, after a later one: an order violation
    duplicate, ///< seen before
};

class FlowTracker {
public:
    Arrival on_arrival(std::uint64_t sequence) {
        if (sequence == next_) {
            ++next_;
            return Arrival::in_order;
        }
        return on_jump(sequence);
    }

    /// How many of the numbers below the highest seen did not come.
    [[nodiscard]] std::uint64_t missing() const;

    /// One more than the highest number seen.
    [[nodiscard]] std::uint64_t next() const { return next_; }

private:
    struct Range {
        std::uint64_t begin;
        std::uint64_t end;
    };

    Arrival on_jump(std::uint64_t sequence);
    void add_gap(Range gap);

    std::uint64_t next_ = 0;
    std::uint64_t forgotten_ = 0;              // numbers in ranges given up because of the bound
    std::unique_ptr<std::vector<Range>> gaps_; // sorted; most flows have none
};

} // namespace bench
