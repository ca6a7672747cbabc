#include "tools/mqtt-bench/measure/flow_tracker.hpp"
#include "tools/mqtt-bench/measure/seen_ring.hpp"

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(FlowTracker, in_order_nothing_is_missing) {
    FlowTracker tracker;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        EXPECT_EQ(tracker.on_arrival(i), Arrival::in_order);
    }
    EXPECT_EQ(tracker.missing(), 0U);
    EXPECT_EQ(tracker.next(), 1000U);
}

TEST(FlowTracker, a_gap_is_missing_until_its_numbers_come_late) {
    FlowTracker tracker;
    EXPECT_EQ(tracker.on_arrival(0), Arrival::in_order);
    EXPECT_EQ(tracker.on_arrival(5), Arrival::in_order);
    EXPECT_EQ(tracker.missing(), 4U);
    EXPECT_EQ(tracker.on_arrival(2), Arrival::late);
    EXPECT_EQ(tracker.missing(), 3U);
    EXPECT_EQ(tracker.on_arrival(2), Arrival::duplicate);
    EXPECT_EQ(tracker.on_arrival(1), Arrival::late);
    EXPECT_EQ(tracker.on_arrival(4), Arrival::late);
    EXPECT_EQ(tracker.on_arrival(3), Arrival::late);
    EXPECT_EQ(tracker.missing(), 0U);
    EXPECT_EQ(tracker.on_arrival(6), Arrival::in_order);
}

TEST(FlowTracker, what_came_before_is_a_duplicate) {
    FlowTracker tracker;
    tracker.on_arrival(0);
    tracker.on_arrival(1);
    EXPECT_EQ(tracker.on_arrival(1), Arrival::duplicate);
    EXPECT_EQ(tracker.on_arrival(0), Arrival::duplicate);
    EXPECT_EQ(tracker.on_arrival(2), Arrival::in_order);
}

TEST(FlowTracker, a_lost_beginning_counts) {
    FlowTracker tracker;
    EXPECT_EQ(tracker.on_arrival(100), Arrival::in_order);
    EXPECT_EQ(tracker.missing(), 100U);
}

TEST(FlowTracker, too_many_gaps_stay_counted_as_missing) {
    FlowTracker tracker;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        tracker.on_arrival(2 * i + 1);
    }
    EXPECT_EQ(tracker.missing(), 10'000U);
}

TEST(SeenRing, each_number_is_new_once) {
    SeenRing ring(64);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        EXPECT_TRUE(ring.mark(i));
        EXPECT_FALSE(ring.mark(i));
    }
}

TEST(SeenRing, numbers_may_come_in_any_order_within_its_capacity) {
    SeenRing ring(64);
    EXPECT_TRUE(ring.mark(40));
    EXPECT_TRUE(ring.mark(3));
    EXPECT_TRUE(ring.mark(66));
    EXPECT_FALSE(ring.mark(66));
    EXPECT_TRUE(ring.mark(41));
    EXPECT_FALSE(ring.mark(40));
    // 2 is a whole lap behind 66: nobody knows any more.
    EXPECT_FALSE(ring.mark(2));
}

} // namespace
} // namespace bench
