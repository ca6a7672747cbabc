// From which byte on a connection's output waits for which commit. Only connections that wait have
// one. Shard thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace mqttd {

class OutputHolds {
public:
    /// What follows the next size bytes waits for the group.
    void add(std::uint64_t group, std::size_t size) {
        if (holds_.empty() || holds_.back().group < group) holds_.push_back({group, taken_ + size});
    }

    /// Whether a hold for the group is there already.
    [[nodiscard]] bool has(std::uint64_t group) const {
        return !holds_.empty() && holds_.back().group >= group;
    }

    /// Forgets what waited for this group or an earlier one. True when nothing is left.
    [[nodiscard]] bool release(std::uint64_t group) {
        while (!holds_.empty() && holds_.front().group <= group)
            holds_.pop_front();
        return holds_.empty();
    }

    /// How many bytes may go out. Precondition: release() said false.
    [[nodiscard]] std::size_t free_bytes() const {
        return static_cast<std::size_t>(holds_.front().from - taken_);
    }

    /// So many bytes have gone out.
    void consume(std::size_t size) { taken_ += size; }

private:
    struct Hold {
        std::uint64_t group;
        std::uint64_t from; ///< counted since the first hold
    };

    std::deque<Hold> holds_;
    std::uint64_t taken_ = 0;
};

} // namespace mqttd
