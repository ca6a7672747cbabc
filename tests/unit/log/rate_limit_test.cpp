#include "tools/mqttd/logging/rate_limit.hpp"

#include <gtest/gtest.h>

namespace mqttd {

namespace {

using base::LogLevel;
using std::chrono::milliseconds;

class RateLimitTest : public testing::Test {
protected:
    RateLimitTest() { limit_.set_lines_per_second(3); }

    unsigned admitted(unsigned lines, LogLevel level = LogLevel::notice) {
        unsigned count = 0;
        for (unsigned i = 0; i < lines; ++i)
            count += limit_.admit(level, clock_.now()) ? 1 : 0;
        return count;
    }

    base::ManualClock clock_;
    RateLimit limit_;
};

TEST_F(RateLimitTest, lets_so_many_lines_pass_in_a_second) {
    EXPECT_EQ(admitted(10), 3U);
    clock_.advance(milliseconds(999));
    EXPECT_EQ(admitted(10), 0U);
    clock_.advance(milliseconds(1));
    EXPECT_EQ(admitted(10), 3U);
}

TEST_F(RateLimitTest, counts_each_kind_of_line_for_itself) {
    EXPECT_EQ(admitted(10, LogLevel::debug), 3U);
    EXPECT_EQ(admitted(10, LogLevel::error), 3U);
}

TEST_F(RateLimitTest, tells_what_was_left_out_once_when_the_second_is_over) {
    EXPECT_EQ(admitted(10, LogLevel::debug), 3U);
    EXPECT_TRUE(limit_.has_suppressed());
    EXPECT_TRUE(limit_.take_suppressed(clock_.now()).empty());
    clock_.advance(milliseconds(1000));
    const auto told = limit_.take_suppressed(clock_.now());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].level, LogLevel::debug);
    EXPECT_EQ(told[0].lines, 7U);
    EXPECT_FALSE(limit_.has_suppressed());
    EXPECT_TRUE(limit_.take_suppressed(clock_.now()).empty());
}

TEST_F(RateLimitTest, tells_also_while_the_flood_goes_on) {
    EXPECT_EQ(admitted(10), 3U);
    clock_.advance(milliseconds(1000));
    EXPECT_EQ(admitted(5), 3U);
    const auto told = limit_.take_suppressed(clock_.now());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].lines, 7U) << "of the second before";
    clock_.advance(milliseconds(1000));
    EXPECT_EQ(limit_.take_suppressed(clock_.now()).at(0).lines, 2U);
}

TEST_F(RateLimitTest, zero_is_no_limit) {
    limit_.set_lines_per_second(0);
    EXPECT_EQ(admitted(10'000), 10'000U);
    EXPECT_FALSE(limit_.has_suppressed());
}

} // namespace

} // namespace mqttd
