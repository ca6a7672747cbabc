// The packet identifiers of one publisher: which are in flight, since when, and how far QoS 2 has
// come with each. Twice as many identifiers as the window, used in turn, so that one that stays
// unanswered does not stop the others at once. Owned by its publisher.
#pragma once

#include "common/mqtt/spec/protocol.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace bench {

class PacketBook {
public:
    explicit PacketBook(std::uint32_t window)
        : slots_(std::min<std::size_t>(std::size_t{2} * window, 65'535)) {}

    /// Whether take() may be called.
    [[nodiscard]] bool next_is_free() const { return slots_[next_].state == State::free; }

    [[nodiscard]] std::uint32_t in_flight() const { return in_flight_; }

    /// now: nanoseconds.
    mqtt::PacketId take(std::uint64_t now) {
        slots_[next_] = {now, State::published};
        const auto id = static_cast<mqtt::PacketId>(next_ + 1);
        next_ = next_ + 1 == slots_.size() ? 0 : next_ + 1;
        ++in_flight_;
        return id;
    }

    /// PUBREC: from now on PUBCOMP ends it. False when it was not waiting for that.
    bool receive(mqtt::PacketId id) {
        if (id == 0 || id > slots_.size() || slots_[id - 1U].state != State::published)
            return false;
        slots_[id - 1U].state = State::released;
        return true;
    }

    /// PUBACK, PUBCOMP, or a PUBREC that is an error: when it was sent; nullopt when it was not in
    /// flight.
    std::optional<std::uint64_t> complete(mqtt::PacketId id) {
        if (id == 0 || id > slots_.size() || slots_[id - 1U].state == State::free) return {};
        slots_[id - 1U].state = State::free;
        --in_flight_;
        return slots_[id - 1U].time;
    }

private:
    enum class State : std::uint8_t { free, published, released };

    struct Slot {
        std::uint64_t time = 0;
        State state = State::free;
    };

    std::vector<Slot> slots_;
    std::size_t next_ = 0;
    std::uint32_t in_flight_ = 0;
};

} // namespace bench
