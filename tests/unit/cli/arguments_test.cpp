#include "common/cli/options/parse_arguments.hpp"
#include "tests/unit/cli/expect_usage_error.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using test::usage_error_of;

cli::OptionTable small_table() {
    return {
        {"Message",
         {{.letter = 't', .name = "topic", .value = "TOPIC"},
          {.letter = 'm', .name = "message", .value = "TEXT"},
          {.letter = 'q', .name = "qos", .value = "QOS"},
          {.letter = 'P', .name = "pw", .other_name = "password", .value = "PASSWORD"},
          {.letter = 'r', .name = "retain"},
          {.letter = 'D', .name = "property", .value = "WORDS", .words = true}}}};
}

// Each option as name=value, in order; word separators as '|'.
std::vector<std::string> parsed(const std::vector<std::string>& arguments) {
    const cli::OptionTable table = small_table();
    std::vector<std::string> found;
    for (const cli::Given& given : cli::parse_arguments(table, arguments)) {
        std::string text = std::string(given.option->name) + '=' + given.value;
        for (char& c : text) {
            if (c == cli::word_separator) c = '|';
        }
        found.push_back(text);
    }
    return found;
}

using Words = std::vector<std::string>;

TEST(Arguments, every_spelling_of_a_value_is_the_same) {
    for (const Words& words :
         {Words{"-q", "1"}, Words{"-q1"}, Words{"--qos", "1"}, Words{"--qos=1"}})
        EXPECT_EQ(parsed(words), Words{"qos=1"}) << words.front();
    EXPECT_EQ(parsed({"-rq", "1"}), (Words{"retain=", "qos=1"}));
    EXPECT_EQ(parsed({"-rq1"}), (Words{"retain=", "qos=1"}));
    EXPECT_EQ(parsed({"--password=x"}), Words{"pw=x"});
}

TEST(Arguments, the_word_after_an_option_is_its_value_whatever_it_looks_like) {
    EXPECT_EQ(parsed({"-m", "-5"}), Words{"message=-5"});
    EXPECT_EQ(parsed({"-m", "--retain", "-r"}), (Words{"message=--retain", "retain="}));
    EXPECT_EQ(parsed({"-m", "--"}), Words{"message=--"});
    EXPECT_EQ(parsed({"-m", "-D", "-t", "x"}), (Words{"message=-D", "topic=x"}));
}

TEST(Arguments, values_are_taken_byte_by_byte) {
    for (const std::string value :
         {"", "{}", "[]", "[a,b]", "%%", "a\nb", "\xff\xfe", "a=b", "\"q\""}) {
        EXPECT_EQ(parsed({"-m", value}), Words{"message=" + value});
        EXPECT_EQ(parsed({"--message=" + value, "-r"}), (Words{"message=" + value, "retain="}));
    }
}

TEST(Arguments, the_order_of_the_command_line_is_kept) {
    EXPECT_EQ(
        parsed({"-t", "a", "-m", "x", "-t", "b", "-r", "-m", "y"}),
        (Words{"topic=a", "message=x", "topic=b", "retain=", "message=y"})
    );
}

TEST(Arguments, a_property_takes_three_words_and_a_user_property_four) {
    EXPECT_EQ(
        parsed({"-D", "publish", "content-type", "text/plain", "-r"}),
        (Words{"property=publish|content-type|text/plain", "retain="})
    );
    EXPECT_EQ(
        parsed({"-D", "publish", "user-property", "-5", "--retain", "-r"}),
        (Words{"property=publish|user-property|-5|--retain", "retain="})
    );
    EXPECT_EQ(
        parsed({"-rDpublish", "user-property", "k", ""}),
        (Words{"retain=", "property=publish|user-property|k|"})
    );
    EXPECT_EQ(parsed({"--property=will", "a", "b"}), Words{"property=will|a|b"});
}

TEST(Arguments, missing_words_of_a_property_are_counted) {
    EXPECT_EQ(
        usage_error_of([] {
            parsed({"-D", "publish", "user-property", "k"});
        }),
        "-D needs 4 words (got 3)\n"
        "-D COMMAND PROPERTY VALUE, or -D COMMAND user-property KEY VALUE"
    );
    EXPECT_TRUE(usage_error_of([] {
                    parsed({"--property", "publish"});
                }).starts_with("--property needs 3 words (got 1)"));
}

TEST(Arguments, an_unknown_option_gets_the_nearest_name) {
    EXPECT_EQ(
        usage_error_of([] {
            parsed({"--topc", "x"});
        }),
        "unknown option \"--topc\"\ndid you mean --topic"
    );
    EXPECT_EQ(
        usage_error_of([] { parsed({"--mess=x"}); }),
        "unknown option \"--mess=x\"\ndid you mean --message"
    );
    EXPECT_EQ(usage_error_of([] { parsed({"--zzzzzz"}); }), "unknown option \"--zzzzzz\"");
    EXPECT_EQ(usage_error_of([] { parsed({"-5"}); }), "unknown option \"-5\"");
    EXPECT_EQ(usage_error_of([] { parsed({"-rZ"}); }), "unknown option \"-Z\"");
}

TEST(Arguments, stray_words_and_missing_values_are_refused) {
    EXPECT_TRUE(usage_error_of([] {
                    parsed({"-r", "stray"});
                }).starts_with("unexpected word \"stray\"\n"));
    EXPECT_TRUE(usage_error_of([] { parsed({"--", "-r"}); }).starts_with("unexpected word \"--\""));
    EXPECT_TRUE(usage_error_of([] { parsed({"", "-r"}); }).starts_with("unexpected word \"\""));
    EXPECT_EQ(usage_error_of([] { parsed({"-r", "-t"}); }), "option \"-t\" needs a value");
    EXPECT_EQ(usage_error_of([] { parsed({"--topic"}); }), "option \"--topic\" needs a value");
    EXPECT_EQ(
        usage_error_of([] { parsed({"--retain=false"}); }),
        "--retain takes no value (got \"false\")"
    );
}

} // namespace
