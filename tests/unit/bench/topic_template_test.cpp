#include "tools/mqtt-bench/plan/payload_size.hpp"
#include "tools/mqtt-bench/plan/topic_template.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bench {
namespace {

TEST(TopicTemplate, text_without_counters_stays) {
    const TopicTemplate topic("a/b");
    EXPECT_EQ(topic.topic(7, 9), "a/b");
    EXPECT_EQ(topic.period(), 1U);
    EXPECT_FALSE(topic.depends_on_message());
}

TEST(TopicTemplate, counters_of_client_and_message) {
    const TopicTemplate topic("{i}/x/{n}");
    EXPECT_EQ(topic.topic(7, 9), "7/x/9");
    EXPECT_TRUE(topic.depends_on_message());
    EXPECT_EQ(topic.period(), 0U);
}

TEST(TopicTemplate, modulus_and_width) {
    const TopicTemplate topic("t/{i%10:3}/{n%4}/{i:5}");
    EXPECT_EQ(topic.topic(27, 9), "t/007/1/00027");
    EXPECT_EQ(topic.period(), 4U);
    EXPECT_EQ(TopicTemplate("{n%4}{n%6}").period(), 12U);
}

TEST(TopicTemplate, the_client_alone_does_not_make_topics_differ) {
    EXPECT_EQ(TopicTemplate("{i}").period(), 1U);
    EXPECT_FALSE(TopicTemplate("{i}").depends_on_message());
}

TEST(TopicTemplate, refuses_what_is_no_counter) {
    for (const char* text :
         {"{", "{}", "{x}", "{i", "{i%}", "{i%0}", "{n:}", "{n:99}", "{nn}", "{n%3x}", "{i:3%4}"}) {
        EXPECT_THROW(TopicTemplate{text}, std::invalid_argument) << text;
    }
}

TEST(PayloadSize, one_size) {
    const PayloadSize size("64");
    EXPECT_TRUE(size.is_fixed());
    EXPECT_EQ(size.greatest(), 64U);
    EXPECT_EQ(size.pick(12345), 64U);
}

TEST(PayloadSize, a_range_reaches_both_ends) {
    const PayloadSize size("24..27");
    EXPECT_FALSE(size.is_fixed());
    bool seen[28] = {};
    for (std::uint64_t random = 0; random < 100; ++random) {
        const std::uint32_t picked = size.pick(random);
        ASSERT_GE(picked, 24U);
        ASSERT_LE(picked, 27U);
        seen[picked] = true;
    }
    EXPECT_TRUE(seen[24] && seen[25] && seen[26] && seen[27]);
    EXPECT_EQ(size.greatest(), 27U);
}

TEST(PayloadSize, weights_decide_how_often) {
    const PayloadSize size("64:3,1024:1");
    unsigned large = 0;
    for (std::uint64_t i = 0; i < 4; ++i) {
        if (size.pick(i << 32U) == 1024) ++large;
    }
    EXPECT_EQ(large, 1U);
}

TEST(PayloadSize, refuses_what_is_no_size) {
    for (const char* text :
         {"",
          "x",
          "23",
          "64..",
          "..64",
          "64..32",
          "64,",
          "64:0",
          "64:x",
          "99999999999",
          "17000000"}) {
        EXPECT_THROW(PayloadSize{text}, std::invalid_argument) << text;
    }
}

} // namespace
} // namespace bench
