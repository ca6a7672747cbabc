// From which byte on a connection's output waits for which commit, and which bytes of it are not
// decided until then. Only connections that wait have one. Shard thread only.
#pragma once

#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqttd/publish/message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace mqttd {

class OutputHolds {
public:
    /// A PUBACK or PUBREC whose reason code depends on what other shards do with the message.
    struct Undecided {
        std::size_t at; ///< index of the reason code in the output
        mqtt::PacketId packet_id;
        mqtt::Qos qos;
        MessagePtr message;
    };

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

    /// What was written last, decided when it is let go.
    void add_undecided(Undecided reply) {
        const std::uint64_t from = taken_ + reply.at;
        undecided_.push_back({.from = from, .reply = std::move(reply)});
    }

    /// Takes the next one that release() has let go, of an output of this size; nullopt: none.
    [[nodiscard]] std::optional<Undecided> take_decided(std::size_t size) {
        const std::size_t free = holds_.empty() ? size : free_bytes();
        if (undecided_.empty() || undecided_.front().from - taken_ >= free) return std::nullopt;
        Undecided reply = std::move(undecided_.front().reply);
        reply.at = static_cast<std::size_t>(undecided_.front().from - taken_);
        undecided_.pop_front();
        return reply;
    }

    /// All from that byte on waits for the group; precondition: no hold is for a later one.
    void hold_from(std::uint64_t group, std::size_t at) {
        holds_.clear();
        holds_.push_back({group, taken_ + at});
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

    struct Late {
        std::uint64_t from; ///< likewise
        Undecided reply;
    };

    std::deque<Hold> holds_;
    std::deque<Late> undecided_;
    std::uint64_t taken_ = 0;
};

} // namespace mqttd
