// Which sequence numbers of one publisher the members of a shared subscription have seen, whoever
// of them it was: a ring of bits without locks, written from every thread. It remembers the last
// `capacity` numbers; one that is older than that counts as seen before.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace bench {

class SeenRing {
public:
    /// capacity: a multiple of 32.
    explicit SeenRing(std::uint64_t capacity)
        : capacity_(capacity), words_(capacity / bits_a_word) {}

    /// True the first time this number comes. Any thread.
    bool mark(std::uint64_t sequence) {
        auto& word = words_[(sequence / bits_a_word) % words_.size()];
        // The upper half of a word says which lap of the ring its bits belong to.
        const std::uint64_t lap = sequence / capacity_ + 1;
        const std::uint64_t bit = std::uint64_t{1} << (sequence % bits_a_word);
        std::uint64_t old = word.load(std::memory_order_relaxed);
        for (;;) {
            const std::uint64_t old_lap = old >> bits_a_word;
            if (old_lap > lap || (old_lap == lap && (old & bit) != 0)) return false;
            const std::uint64_t bits = old_lap == lap ? old : lap << bits_a_word;
            if (word.compare_exchange_weak(old, bits | bit, std::memory_order_relaxed)) return true;
        }
    }

private:
    static constexpr std::uint64_t bits_a_word = 32;

    std::uint64_t capacity_;
    std::vector<std::atomic<std::uint64_t>> words_;
};

} // namespace bench
