#include "common/cli/options/option_value.hpp"
#include "tests/unit/cli/expect_usage_error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using std::chrono::microseconds;
using test::usage_error_of;

TEST(OptionValue, a_whole_number_is_digits_only_and_in_range) {
    EXPECT_EQ(cli::whole_number("--port", "1", {1, 65535}), 1U);
    EXPECT_EQ(cli::whole_number("--port", "65535", {1, 65535}), 65535U);
    EXPECT_EQ(cli::whole_number("--x", "18446744073709551615", {}), UINT64_MAX);
    for (const std::string bad :
         {"", "0", "65536", "-1", "+1", " 1", "1 ", "0x10", "1e3", "abc", "18446744073709551616"}) {
        EXPECT_EQ(
            usage_error_of([&] {
                static_cast<void>(cli::whole_number("--port", bad, {1, 65535}));
            }),
            "--port must be a whole number from 1 to 65535 (got \"" + bad + "\")"
        );
    }
}

TEST(OptionValue, seconds_may_have_a_fraction) {
    const std::chrono::seconds hour(3600);
    EXPECT_EQ(cli::seconds("--x", "0", hour), microseconds(0));
    EXPECT_EQ(cli::seconds("--x", "1.5", hour), microseconds(1'500'000));
    EXPECT_EQ(cli::seconds("--x", ".25", hour), microseconds(250'000));
    EXPECT_EQ(cli::seconds("--x", "3600", hour), microseconds(3'600'000'000));
    EXPECT_EQ(cli::seconds("--x", "0.0000019", hour), microseconds(1));
    for (const std::string bad :
         {"", ".", "-1", "3600.1", "3601", "1.2.3", "1e3", "nan", "1,5", "99999999999999999999"}) {
        EXPECT_EQ(
            usage_error_of([&] { static_cast<void>(cli::seconds("--x", bad, hour)); }),
            "--x must be a number of seconds from 0 to 3600 (got \"" + bad + "\")"
        );
    }
}

TEST(OptionValue, a_choice_says_what_there_is) {
    EXPECT_EQ(cli::choice("--color", "auto", "auto|always|never"), 0U);
    EXPECT_EQ(cli::choice("--color", "NEVER", "auto|always|never"), 2U);
    EXPECT_EQ(
        usage_error_of([] { static_cast<void>(cli::choice("--qos", "3", "0|1|2")); }),
        "--qos must be 0, 1 or 2 (got \"3\")"
    );
    EXPECT_EQ(
        usage_error_of([] { static_cast<void>(cli::choice("--qos", "", "0|1|2")); }),
        "--qos must be 0, 1 or 2 (got \"\")"
    );
}

TEST(OptionValue, a_string_is_what_MQTT_can_carry) {
    EXPECT_EQ(cli::mqtt_string("--id", "mina/π"), "mina/π");
    EXPECT_EQ(
        usage_error_of([] { static_cast<void>(cli::mqtt_string("--id", "a\xff")); }),
        "--id must be UTF-8 (got \"a\\xff\")"
    );
    EXPECT_EQ(
        usage_error_of([] { static_cast<void>(cli::mqtt_string("--id", std::string(65536, 'x'))); }
        ),
        "--id is 65536 bytes long, MQTT allows 65535"
    );
}

TEST(OptionValue, a_topic_to_publish_to_has_no_wildcard) {
    EXPECT_EQ(cli::topic_name("--topic", "/a b/"), "/a b/");
    EXPECT_EQ(
        usage_error_of([] { static_cast<void>(cli::topic_name("--topic", "a/+/b")); }),
        "--topic must be a topic to publish to, without + and # (got \"a/+/b\")"
    );
    EXPECT_EQ(
        usage_error_of([] { static_cast<void>(cli::topic_name("--topic", "")); }),
        "--topic must be at least one character long (got \"\")"
    );
}

TEST(OptionValue, a_filter_is_checked_as_the_broker_would) {
    for (const std::string good : {"#", "a/+/b", "$share/g/a/#", "+"})
        EXPECT_EQ(cli::topic_filter("--topic", good), good);
    for (const std::string bad : {"", "a#", "#/a", "a+/b", "$share/g", "$share//a", "$share/+/a"})
        EXPECT_FALSE(usage_error_of([&] { static_cast<void>(cli::topic_filter("--topic", bad)); }
        ).empty());
}

} // namespace
