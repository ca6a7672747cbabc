#include "tools/mqttd/logging/log_line.hpp"
#include "tools/mqttd/logging/log_topics.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace mqttd {

namespace {

using std::chrono::seconds;

base::WallTime at(std::int64_t second) {
    return base::WallTime{} + seconds(second);
}

TEST(LogLine, control_characters_become_hexadecimal) {
    EXPECT_EQ(one_line("a\nb\r\x1b[31m\x7f", 100), "a\\x0ab\\x0d\\x1b[31m\\x7f");
}

TEST(LogLine, ordinary_text_stays_as_it_is) {
    EXPECT_EQ(one_line("client \"ä\" closed: a\\b", 100), "client \"ä\" closed: a\\b");
}

TEST(LogLine, a_long_line_is_cut_between_characters) {
    EXPECT_EQ(one_line("abcdef", 6), "abcdef");
    EXPECT_EQ(one_line("abcdefg", 6), "abcdef…");
    EXPECT_EQ(one_line("abcdeäfg", 6), "abcde…"); // ä is bytes 5 and 6
}

TEST(LogLine, only_errors_and_warnings_are_named) {
    EXPECT_EQ(level_prefix(base::LogLevel::error), "error: ");
    EXPECT_EQ(level_prefix(base::LogLevel::warning), "warning: ");
    EXPECT_EQ(level_prefix(base::LogLevel::notice), "");
    EXPECT_EQ(level_prefix(base::LogLevel::debug), "");
}

TEST(TimestampFormat, is_seconds_since_1970_without_a_format) {
    TimestampFormat format(true, "");
    EXPECT_EQ(format.prefix(at(1'700'000'000)), "1700000000: ");
}

TEST(TimestampFormat, follows_strftime) {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    TimestampFormat format(true, "%Y-%m-%dT%H:%M:%S");
    EXPECT_EQ(format.prefix(at(1'700'000'000)), "2023-11-14T22:13:20: ");
    EXPECT_EQ(format.prefix(at(1'700'000'001)), "2023-11-14T22:13:21: ");
}

TEST(TimestampFormat, can_be_switched_off) {
    TimestampFormat format(false, "%Y");
    EXPECT_EQ(format.prefix(at(1'700'000'000)), "");
}

TEST(LogTopics, are_those_of_mosquitto) {
    EXPECT_EQ(log_topic(base::LogLevel::error), "$SYS/broker/log/E");
    EXPECT_EQ(log_topic(base::LogLevel::warning), "$SYS/broker/log/W");
    EXPECT_EQ(log_topic(base::LogLevel::notice), "$SYS/broker/log/N");
    EXPECT_EQ(log_topic(base::LogLevel::information), "$SYS/broker/log/I");
    EXPECT_EQ(log_topic(base::LogLevel::subscribe), "$SYS/broker/log/M/subscribe");
    EXPECT_EQ(log_topic(base::LogLevel::unsubscribe), "$SYS/broker/log/M/unsubscribe");
    EXPECT_EQ(log_topic(base::LogLevel::websockets), "$SYS/broker/log/WS");
}

TEST(LogTopics, what_publishing_itself_logs_is_not_published) {
    EXPECT_EQ(log_topic(base::LogLevel::debug), "");
    EXPECT_EQ(log_topic(base::LogLevel::internal), "");
}

} // namespace

} // namespace mqttd
