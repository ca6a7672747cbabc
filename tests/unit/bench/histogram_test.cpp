#include "tools/mqtt-bench/measure/histogram.hpp"

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(Histogram, is_zero_when_nothing_was_recorded) {
    const Histogram histogram;
    EXPECT_EQ(histogram.count(), 0U);
    EXPECT_EQ(histogram.percentile(50), 0U);
    EXPECT_EQ(histogram.minimum(), 0U);
    EXPECT_EQ(histogram.maximum(), 0U);
    EXPECT_EQ(histogram.mean(), 0U);
}

TEST(Histogram, small_values_are_exact) {
    Histogram histogram;
    for (std::uint64_t value = 1; value <= 100; ++value) {
        histogram.record(value);
    }
    EXPECT_EQ(histogram.percentile(0), 1U);
    EXPECT_EQ(histogram.percentile(1), 1U);
    EXPECT_EQ(histogram.percentile(50), 50U);
    EXPECT_EQ(histogram.percentile(99), 99U);
    EXPECT_EQ(histogram.percentile(100), 100U);
    EXPECT_EQ(histogram.mean(), 50U);
}

TEST(Histogram, large_values_are_never_understated_and_at_most_two_percent_too_high) {
    for (std::uint64_t value = 1; value < 80'000'000'000'000U; value = value * 3 + 7) {
        Histogram histogram;
        histogram.record(value);
        histogram.record(value * 2); // so that the maximum does not cut the first one's bucket
        const std::uint64_t median = histogram.percentile(50);
        EXPECT_GE(median, value);
        EXPECT_LE(static_cast<double>(median), static_cast<double>(value) * 1.02);
    }
}

TEST(Histogram, a_percentile_never_exceeds_the_maximum) {
    Histogram histogram;
    histogram.record(1'000'001);
    EXPECT_EQ(histogram.percentile(99.9), 1'000'001U);
    EXPECT_EQ(histogram.percentile(50), 1'000'001U);
}

TEST(Histogram, beyond_a_day_it_still_counts) {
    Histogram histogram;
    histogram.record(UINT64_MAX / 4);
    EXPECT_EQ(histogram.count(), 1U);
    EXPECT_EQ(histogram.maximum(), UINT64_MAX / 4);
}

TEST(Histogram, merging_is_recording_together) {
    Histogram one;
    Histogram two;
    Histogram both;
    for (std::uint64_t value = 10; value < 10'000'000; value = value * 2 + 1) {
        (value % 4 == 1 ? one : two).record(value);
        both.record(value);
    }
    one.merge(two);
    EXPECT_EQ(one.count(), both.count());
    EXPECT_EQ(one.minimum(), both.minimum());
    EXPECT_EQ(one.maximum(), both.maximum());
    EXPECT_EQ(one.mean(), both.mean());
    for (const double percent : {1.0, 25.0, 50.0, 90.0, 99.0, 100.0}) {
        EXPECT_EQ(one.percentile(percent), both.percentile(percent));
    }
}

} // namespace
} // namespace bench
