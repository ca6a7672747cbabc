#include "tools/mqtt-bench/measure/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bench {

namespace {

constexpr unsigned precision_bits = 6;
constexpr std::uint64_t buckets_a_power = 1U << precision_bits;
constexpr std::uint64_t largest = std::uint64_t{24} * 3600 * 1'000'000'000;

} // namespace

Histogram::Histogram() : buckets_(bucket_of(largest) + 1) {}

// Values below 64 have a bucket each; above, the top seven bits choose.
std::size_t Histogram::bucket_of(std::uint64_t nanoseconds) {
    const std::uint64_t value = std::min(nanoseconds, largest);
    if (value < buckets_a_power) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - precision_bits - 1;
    return (std::uint64_t{shift} << precision_bits) + (value >> shift);
}

std::uint64_t Histogram::end_of(std::size_t bucket) {
    if (bucket < buckets_a_power) return bucket;
    const std::size_t shift = (bucket >> precision_bits) - 1;
    const std::uint64_t top = bucket - (shift << precision_bits);
    return ((top + 1) << shift) - 1;
}

void Histogram::merge(const Histogram& other) {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        buckets_[i] += other.buckets_[i];
    }
    count_ += other.count_;
    sum_ += other.sum_;
    minimum_ = std::min(minimum_, other.minimum_);
    maximum_ = std::max(maximum_, other.maximum_);
}

std::uint64_t Histogram::percentile(double percent) const {
    const auto wanted =
        static_cast<std::uint64_t>(std::ceil(static_cast<double>(count_) * percent / 100.0));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen >= wanted && seen != 0) return std::min(end_of(i), maximum_);
    }
    return maximum_;
}

} // namespace bench
