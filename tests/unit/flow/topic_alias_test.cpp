#include "common/mqtt/flow/topic_alias.hpp"

#include <gtest/gtest.h>

namespace mqtt::flow {
namespace {

// [MQTT-3.3.2-8] [MQTT-3.3.2-9] [MQTT-3.3.2-12]
TEST(AliasReceiver, accepts_1_to_its_maximum) {
    AliasReceiver receiver{10};
    EXPECT_FALSE(receiver.set(0, "a"));
    EXPECT_FALSE(receiver.set(11, "a"));
    EXPECT_TRUE(receiver.set(10, "ten"));
    EXPECT_TRUE(receiver.set(1, "one"));
    EXPECT_EQ(receiver.find(10), "ten");
    EXPECT_EQ(receiver.find(1), "one");
}

TEST(AliasReceiver, an_alias_never_set_is_unknown) {
    AliasReceiver receiver{65'535};
    EXPECT_EQ(receiver.find(1), std::nullopt);
    ASSERT_TRUE(receiver.set(7, "seven"));
    EXPECT_EQ(receiver.find(0), std::nullopt);
    EXPECT_EQ(receiver.find(6), std::nullopt);
    EXPECT_EQ(receiver.find(8), std::nullopt);
    EXPECT_EQ(receiver.find(65'535), std::nullopt);
}

TEST(AliasReceiver, a_maximum_of_0_accepts_none) {
    AliasReceiver receiver{0};
    EXPECT_FALSE(receiver.set(1, "a"));
    EXPECT_EQ(receiver.find(1), std::nullopt);
}

TEST(AliasReceiver, an_alias_can_be_given_another_topic) {
    AliasReceiver receiver{3};
    ASSERT_TRUE(receiver.set(2, "old"));
    ASSERT_TRUE(receiver.set(2, "a longer topic than the one before"));
    EXPECT_EQ(receiver.find(2), "a longer topic than the one before");
}

TEST(AliasReceiver, all_aliases_hold_at_once) {
    AliasReceiver receiver{65'535};
    for (unsigned alias = 1; alias <= 65'535; ++alias)
        ASSERT_TRUE(receiver.set(static_cast<std::uint16_t>(alias), std::to_string(alias)));
    for (unsigned alias = 1; alias <= 65'535; ++alias)
        ASSERT_EQ(receiver.find(static_cast<std::uint16_t>(alias)), std::to_string(alias));
}

TEST(AliasSender, the_first_use_carries_the_topic_and_later_ones_do_not) {
    AliasSender sender{2};
    const auto first = sender.choose("a");
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->alias, 1);
    EXPECT_TRUE(first->topic_needed);
    const auto again = sender.choose("a");
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->alias, 1);
    EXPECT_FALSE(again->topic_needed);
}

// [MQTT-3.3.2-11]
TEST(AliasSender, never_goes_beyond_the_maximum_of_the_peer) {
    AliasSender sender{2};
    EXPECT_EQ(sender.choose("a")->alias, 1);
    EXPECT_EQ(sender.choose("b")->alias, 2);
    EXPECT_FALSE(sender.choose("c").has_value());
    EXPECT_EQ(sender.choose("b")->alias, 2);
    EXPECT_FALSE(sender.choose("c").has_value());
}

// [MQTT-3.3.2-10]
TEST(AliasSender, a_peer_that_accepts_none_gets_none) {
    AliasSender sender{0};
    EXPECT_FALSE(sender.choose("a").has_value());
}

} // namespace
} // namespace mqtt::flow
