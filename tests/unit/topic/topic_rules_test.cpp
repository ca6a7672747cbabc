// What is a valid topic name, filter and shared filter, and what matches: the examples of the
// standard's section 4.7 and the corners around them.
#include "common/mqtt/topic/topic.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mqtt::topic {
namespace {

using namespace std::string_view_literals;

// [MQTT-4.7.1-1] [MQTT-4.7.3-1] [MQTT-4.7.3-2] [MQTT-3.3.2-2]
TEST(TopicName, has_a_character_and_no_wildcard_or_null) {
    for (const std::string_view valid :
         {"a"sv, "/"sv, " "sv, "a/b/c"sv, "//"sv, "$SYS/x"sv, "\xC3\xA4"sv})
        EXPECT_TRUE(is_valid_name(valid)) << valid;
    for (const std::string_view invalid :
         {""sv, "#"sv, "+"sv, "a/+/b"sv, "a#"sv, "a+b"sv, "a\0b"sv})
        EXPECT_FALSE(is_valid_name(invalid)) << invalid;
}

// [MQTT-4.7.3-3]
TEST(TopicName, has_at_most_65535_bytes) {
    EXPECT_TRUE(is_valid_name(std::string(65'535, 'a')));
    EXPECT_FALSE(is_valid_name(std::string(65'536, 'a')));
    EXPECT_TRUE(is_valid_filter(std::string(65'535, 'a')));
    EXPECT_FALSE(is_valid_filter(std::string(65'536, 'a')));
}

// [MQTT-4.7.1-1]
TEST(TopicFilter, a_multi_level_wildcard_stands_alone_at_the_end) {
    for (const std::string_view valid : {"#"sv, "sport/tennis/#"sv, "/#"sv, "+/#"sv})
        EXPECT_TRUE(is_valid_filter(valid)) << valid;
    for (const std::string_view invalid :
         {"sport/tennis#"sv,
          "sport/tennis/#/ranking"sv,
          "##"sv,
          "#/"sv,
          "#a"sv,
          "/#/"sv,
          "+#"sv,
          "#+"sv})
        EXPECT_FALSE(is_valid_filter(invalid)) << invalid;
}

// [MQTT-4.7.1-2]
TEST(TopicFilter, a_single_level_wildcard_takes_a_whole_level) {
    for (const std::string_view valid :
         {"+"sv, "+/tennis/#"sv, "sport/+/player1"sv, "/+"sv, "+/"sv, "+/+"sv})
        EXPECT_TRUE(is_valid_filter(valid)) << valid;
    for (const std::string_view invalid :
         {"sport+"sv, "+a"sv, "++"sv, "a/+b/c"sv, "a/b+/c"sv, ""sv, "a\0"sv})
        EXPECT_FALSE(is_valid_filter(invalid)) << invalid;
}

struct Match {
    std::string_view filter;
    std::string_view topic;
    bool expected;
};

TEST(TopicMatch, follows_the_examples_of_the_standard) {
    const Match table[] = {
        {"sport/tennis/player1/#", "sport/tennis/player1", true},
        {"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
        {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
        {"sport/#", "sport", true},
        {"sport/tennis/+", "sport/tennis/player1", true},
        {"sport/tennis/+", "sport/tennis/player1/ranking", false},
        {"sport/+", "sport", false},
        {"sport/+", "sport/", true},
        {"+/+", "/finance", true},
        {"/+", "/finance", true},
        {"+", "/finance", false},
        {"#", "$SYS/monitor/Clients", false},
        {"+/monitor/Clients", "$SYS/monitor/Clients", false},
        {"$SYS/#", "$SYS/monitor/Clients", true},
        {"$SYS/monitor/+", "$SYS/monitor/Clients", true},
        {"$SYS/#", "$SYS", true},
        {"ACCOUNTS", "Accounts", false},
        {"/finance", "finance", false},
        {"a/+/#", "a", false},
        {"a/+/#", "a/", true},
        {"a/b", "a/b/", false},
        {"a//b", "a/b", false},
        {"a/+/b", "a//b", true},
        {"a/$x", "a/$x", true},
        {"a/+", "a/$x", true},
        {"#", "/", true},
        {"a/b", "a/bc", false},
        {"a/bc", "a/b", false},
    };
    for (const Match& row : table)
        EXPECT_EQ(matches(row.filter, row.topic), row.expected) << row.filter << " " << row.topic;
}

TEST(TopicCovers, a_wider_filter_covers_a_narrower_one) {
    const Match table[] = {
        {"#", "a/+/c", true},
        {"#", "#", true},
        {"a/#", "a", true},
        {"a/#", "a/#", true},
        {"a/+", "a/b", true},
        {"a/+", "a/+", true},
        {"a/+", "a/#", false},
        {"a/b", "a/+", false},
        {"+/b", "a/b", true},
        {"+/#", "#", false},
        {"#", "$SYS/#", false},
        {"+/x", "$SYS/x", false},
        {"$SYS/#", "$SYS/x", true},
        {"a/+/c", "a/b", false},
        {"a/b", "a/b/c", false},
        {"a/+/#", "a/b/#", true},
        {"a/+/#", "a/#", false},
    };
    for (const Match& row : table)
        EXPECT_EQ(covers(row.filter, row.topic), row.expected) << row.filter << " " << row.topic;
}

TEST(TopicLevels, are_separated_by_slashes) {
    EXPECT_EQ(count_levels("a"), 1U);
    EXPECT_EQ(count_levels("/"), 2U);
    EXPECT_EQ(count_levels("a/b/c"), 3U);
    EXPECT_EQ(count_levels("//"), 3U);
}

// [MQTT-4.8.2-1] [MQTT-4.8.2-2]
TEST(SharedFilter, has_a_group_and_a_valid_filter) {
    const auto parts = parse_shared("$share/consumers/sport/tennis/+");
    ASSERT_TRUE(parts.has_value());
    EXPECT_EQ(parts->group, "consumers");
    EXPECT_EQ(parts->filter, "sport/tennis/+");
    EXPECT_EQ(parse_shared("$share/consumer1//finance")->filter, "/finance");
    for (const std::string_view invalid :
         {"$share/"sv,
          "$share/g"sv,
          "$share/g/"sv,
          "$share//a"sv,
          "$share/g+/a"sv,
          "$share/#/a"sv,
          "$share/g/a#"sv,
          "$share/g\0/a"sv,
          "$SHARE/g/a"sv,
          "share/g/a"sv,
          "$share"sv})
        EXPECT_FALSE(parse_shared(invalid).has_value()) << invalid;
}

TEST(SharedFilter, is_known_by_its_beginning) {
    EXPECT_TRUE(is_shared("$share/"));
    EXPECT_FALSE(is_shared("$share"));
    EXPECT_FALSE(is_shared("$shared/a"));
    EXPECT_FALSE(is_shared("a/$share/b"));
}

} // namespace
} // namespace mqtt::topic
