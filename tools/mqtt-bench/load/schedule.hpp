// When the messages of an open loop are due: those of several publishers in turn, evenly spread.
// The times follow from the numbers alone, so a publisher that was held up sends late, with the
// time at which it should have sent: no coordinated omission. A value, owned by one worker.
#pragma once

#include <cstdint>
#include <vector>

namespace bench {

class Schedule {
public:
    /// clients: indexes of the publishers in their worker; rate: messages a second, all of them;
    /// start: nanoseconds.
    Schedule(std::vector<std::uint32_t> clients, double rate, std::uint64_t start)
        : clients_(std::move(clients)), interval_(1e9 / rate), start_(start) {}

    /// When the message number `index` of the publisher with this turn is due.
    [[nodiscard]] std::uint64_t time_of(std::uint32_t turn, std::uint64_t index) const {
        return time_at(index * clients_.size() + turn);
    }

    [[nodiscard]] std::uint64_t next_time() const { return time_at(next_); }

    /// The publisher of the message due next; moves on to the one after.
    std::uint32_t advance() { return clients_[next_++ % clients_.size()]; }

private:
    [[nodiscard]] std::uint64_t time_at(std::uint64_t index) const {
        return start_ + static_cast<std::uint64_t>(static_cast<double>(index) * interval_);
    }

    std::vector<std::uint32_t> clients_;
    double interval_; // nanoseconds
    std::uint64_t start_;
    std::uint64_t next_ = 0;
};

} // namespace bench
