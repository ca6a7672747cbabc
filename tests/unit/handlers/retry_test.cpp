#include "common/cli/error.hpp"
#include "tools/mqtt-sub/handlers/backoff.hpp"
#include "tools/mqtt-sub/handlers/exit_map.hpp"

#include <gtest/gtest.h>

namespace mqtt_sub {
namespace {

using namespace std::chrono_literals;

TEST(ExitMap, knows_the_codes_of_sysexits_and_takes_all_others_for_a_failure) {
    const ExitMap map;
    EXPECT_EQ(map.of(0), Verdict::done);
    EXPECT_EQ(map.of(65), Verdict::dead_letter);
    EXPECT_EQ(map.of(75), Verdict::retry);
    EXPECT_EQ(map.of(99), Verdict::done_and_stop);
    EXPECT_EQ(map.of(1), Verdict::retry);
    EXPECT_EQ(map.of(127), Verdict::retry);
}

TEST(ExitMap, can_be_changed) {
    ExitMap map;
    map.change("--exit-map", "3=dead-letter,4=ok,99=retry");
    EXPECT_EQ(map.of(3), Verdict::dead_letter);
    EXPECT_EQ(map.of(4), Verdict::done);
    EXPECT_EQ(map.of(99), Verdict::retry);
    EXPECT_EQ(map.of(65), Verdict::dead_letter);
    for (const char* wrong : {"3", "x=ok", "256=ok", "3=perhaps"})
        EXPECT_THROW(map.change("--exit-map", wrong), cli::UsageError) << wrong;
}

TEST(Backoff, doubles_up_to_its_bound) {
    base::FixedEntropy entropy(1);
    const Backoff backoff = Backoff::parse("--backoff", "500ms..3s");
    EXPECT_EQ(backoff.after(1, entropy), 500ms);
    EXPECT_EQ(backoff.after(2, entropy), 1s);
    EXPECT_EQ(backoff.after(3, entropy), 2s);
    EXPECT_EQ(backoff.after(4, entropy), 3s);
    EXPECT_EQ(backoff.after(4'000'000'000, entropy), 3s);
}

TEST(Backoff, jitter_takes_off_up_to_half) {
    base::FixedEntropy entropy(1);
    const Backoff backoff = Backoff::parse("--backoff", "1s..1m,jitter");
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const auto delay = backoff.after(1, entropy);
        EXPECT_GE(delay, 500ms);
        EXPECT_LE(delay, 1s);
        differs = differs || delay != backoff.after(1, entropy);
    }
    EXPECT_TRUE(differs);
}

TEST(Backoff, a_wrong_one_is_refused) {
    for (const char* wrong : {"1s", "2s..1s", "0s..1s", "1s..25h", "1x..2x", "..", "1s..2s,jiter"})
        EXPECT_THROW((void)Backoff::parse("--backoff", wrong), cli::UsageError) << wrong;
}

} // namespace
} // namespace mqtt_sub
