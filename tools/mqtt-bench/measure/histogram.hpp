// Durations counted in buckets whose width grows with the value: 64 buckets to each power of two,
// so that a percentile is at most 1.6 % too high, from a nanosecond to a day, in 20 KiB. A value,
// owned by one thread; merge() adds those of other threads up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

class Histogram {
public:
    Histogram();

    /// nanoseconds; beyond a day it counts as a day.
    void record(std::uint64_t nanoseconds) {
        ++buckets_[bucket_of(nanoseconds)];
        ++count_;
        sum_ += nanoseconds;
        if (nanoseconds > maximum_) maximum_ = nanoseconds;
        if (nanoseconds < minimum_) minimum_ = nanoseconds;
    }

    void merge(const Histogram& other);

    [[nodiscard]] std::uint64_t count() const { return count_; }

    [[nodiscard]] std::uint64_t minimum() const { return count_ == 0 ? 0 : minimum_; }

    [[nodiscard]] std::uint64_t maximum() const { return maximum_; }

    [[nodiscard]] std::uint64_t mean() const { return count_ == 0 ? 0 : sum_ / count_; }

    /// The smallest value that at least `percent` (0..100) of the recorded ones do not exceed,
    /// rounded up to the end of its bucket; 0 when nothing was recorded.
    [[nodiscard]] std::uint64_t percentile(double percent) const;

private:
    static std::size_t bucket_of(std::uint64_t nanoseconds);
    static std::uint64_t end_of(std::size_t bucket);

    std::vector<std::uint64_t> buckets_;
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t minimum_ = UINT64_MAX;
    std::uint64_t maximum_ = 0;
};

} // namespace bench
