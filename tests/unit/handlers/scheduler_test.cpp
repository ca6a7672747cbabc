#include "tools/mqtt-sub/handlers/scheduler.hpp"

#include <gtest/gtest.h>

namespace mqtt_sub {
namespace {

using namespace std::chrono_literals;

class SchedulerTest : public testing::Test {
protected:
    /// All that may start now, as "1 2 ".
    std::string start_all() {
        std::string text;
        while (const auto number = scheduler.next(clock.now()))
            text += std::to_string(*number) + " ";
        return text;
    }

    void use(const SchedulerLimits& limits) { scheduler.set_limits(limits); }

    void retry(JobNumber job, std::chrono::milliseconds in) {
        scheduler.note_failure(clock.now());
        scheduler.retry(job, clock.now() + in);
    }

    base::ManualClock clock;
    Scheduler scheduler{{}};
};

TEST_F(SchedulerTest, one_runs_at_a_time_in_the_order_in_which_they_came) {
    scheduler.add(1, "a");
    scheduler.add(2, "b");
    EXPECT_EQ(start_all(), "1 ");
    scheduler.finish(1, true, clock.now());
    EXPECT_EQ(start_all(), "2 ");
    scheduler.finish(2, true, clock.now());
    EXPECT_EQ(scheduler.size(), 0U);
}

TEST_F(SchedulerTest, as_many_run_as_may) {
    use({.jobs = 2});
    for (JobNumber job = 1; job <= 3; ++job)
        scheduler.add(job, "a");
    EXPECT_EQ(start_all(), "1 2 ");
    scheduler.finish(2, true, clock.now());
    EXPECT_EQ(start_all(), "3 ");
}

TEST_F(SchedulerTest, one_that_failed_lets_the_others_pass_and_comes_at_its_time) {
    for (JobNumber job = 1; job <= 3; ++job)
        scheduler.add(job, "a");
    EXPECT_EQ(start_all(), "1 ");
    retry(1, 1s);
    EXPECT_EQ(start_all(), "2 ");
    clock.advance(2s);
    scheduler.finish(2, true, clock.now());
    EXPECT_EQ(start_all(), "1 ");
}

TEST_F(SchedulerTest, order_topic_holds_up_the_topic_of_one_that_failed_and_no_other) {
    use({.order = Order::topic, .jobs = 3});
    scheduler.add(1, "a");
    scheduler.add(2, "a");
    scheduler.add(3, "b");
    EXPECT_EQ(start_all(), "1 3 ");
    retry(1, 1s);
    EXPECT_EQ(start_all(), "");
    EXPECT_EQ(scheduler.next_time(clock.now()), clock.now() + 1s);
    clock.advance(1s);
    EXPECT_EQ(start_all(), "1 ");
    scheduler.finish(1, true, clock.now());
    EXPECT_EQ(start_all(), "2 ");
}

TEST_F(SchedulerTest, order_global_holds_up_everything) {
    use({.order = Order::global, .jobs = 3});
    scheduler.add(1, "a");
    scheduler.add(2, "b");
    EXPECT_EQ(start_all(), "1 ");
    retry(1, 1s);
    EXPECT_EQ(start_all(), "");
    clock.advance(1s);
    EXPECT_EQ(start_all(), "1 ");
    scheduler.finish(1, true, clock.now());
    EXPECT_EQ(start_all(), "2 ");
}

TEST_F(SchedulerTest, the_rate_bounds_the_starts_of_a_second) {
    use({.jobs = 10, .rate = 2});
    for (JobNumber job = 1; job <= 5; ++job)
        scheduler.add(job, "a");
    EXPECT_EQ(start_all(), "1 2 ");
    EXPECT_EQ(scheduler.next_time(clock.now()), clock.now() + 1s);
    clock.advance(1s);
    EXPECT_EQ(start_all(), "3 4 ");
    clock.advance(1s);
    EXPECT_EQ(start_all(), "5 ");
}

TEST_F(SchedulerTest, the_breaker_stops_everything_and_then_tries_one) {
    use({.jobs = 2, .breaker = 2, .breaker_pause = 10s});
    for (JobNumber job = 1; job <= 4; ++job)
        scheduler.add(job, "a");
    EXPECT_EQ(start_all(), "1 2 ");
    retry(1, 1s);
    retry(2, 1s);
    EXPECT_EQ(start_all(), "");
    EXPECT_TRUE(scheduler.is_open());
    EXPECT_EQ(scheduler.next_time(clock.now()), clock.now() + 10s);
    clock.advance(10s);
    EXPECT_EQ(start_all(), "1 ");
    retry(1, 1s);
    clock.advance(5s);
    EXPECT_EQ(start_all(), "");
    clock.advance(5s);
    EXPECT_EQ(start_all(), "1 ");
    scheduler.finish(1, true, clock.now());
    EXPECT_FALSE(scheduler.is_open());
    EXPECT_EQ(start_all(), "2 3 ");
}

} // namespace
} // namespace mqtt_sub
