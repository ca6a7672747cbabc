#include "common/cli/error.hpp"
#include "tests/unit/handlers/messages.hpp"
#include "tools/mqtt-sub/handlers/command.hpp"
#include "tools/mqtt-sub/handlers/environment.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mqtt_sub {
namespace {

using Words = std::vector<std::string>;

TEST(SplitWords, blanks_part_words_and_quotes_keep_them_together) {
    EXPECT_EQ(split_words("--exec", "  a  b\tc "), (Words{"a", "b", "c"}));
    EXPECT_EQ(
        split_words("--exec", R"(say 'two words' "and more" or\ so)"),
        (Words{"say", "two words", "and more", "or so"})
    );
    EXPECT_EQ(split_words("--exec", R"(a'b c'd "" ''"x\"y\\")"), (Words{"ab cd", "", R"(x"y\)"}));
    EXPECT_EQ(split_words("--exec", "echo $HOME; `rm` *"), (Words{"echo", "$HOME;", "`rm`", "*"}));
}

TEST(SplitWords, what_is_not_closed_is_an_error) {
    EXPECT_THROW((void)split_words("--exec", "a 'b"), cli::UsageError);
    EXPECT_THROW((void)split_words("--exec", "a \"b"), cli::UsageError);
    EXPECT_THROW((void)split_words("--exec", "a \\"), cli::UsageError);
    EXPECT_THROW((void)split_words("--exec", "  "), cli::UsageError);
}

TEST(Command, a_field_stays_one_argument_whatever_the_message_is) {
    const Command command = Command::parse("--exec", "store --topic %t '%p'");
    EXPECT_EQ(
        *command.arguments(held("a b/c", "$(reboot); 'x' \"")),
        (Words{"store", "--topic", "a b/c", "$(reboot); 'x' \""})
    );
}

TEST(Command, a_payload_with_NUL_cannot_be_an_argument) {
    const Command command = Command::parse("--exec", "store %p");
    EXPECT_TRUE(command.arguments(held("a", std::string_view("x\0y", 3))).has_error());
}

TEST(Command, a_shell_gets_the_text_as_it_stands) {
    const Command command = Command::for_shell("cat > \"$MQTT_TOPIC_2\" && echo %t");
    EXPECT_EQ(
        *command.arguments(held("a/b", "x")),
        (Words{"/bin/sh", "-c", "cat > \"$MQTT_TOPIC_2\" && echo %t"})
    );
}

bool has(const Words& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

TEST(Environment, has_the_topic_its_levels_and_the_properties) {
    mqtt::PropertyBuilder properties;
    properties.text(mqtt::PropertyId::response_topic, "answers/1");
    properties.text(mqtt::PropertyId::correlation_data, std::string_view("\0\xff", 2));
    properties.user_property("job id", "17");
    const Words all = message_environment(held("home/kitchen/", "x", properties), 3);
    for (const char* one :
         {"MQTT_TOPIC=home/kitchen/",
          "MQTT_TOPIC_1=home",
          "MQTT_TOPIC_2=kitchen",
          "MQTT_TOPIC_3=",
          "MQTT_QOS=1",
          "MQTT_RETAIN=0",
          "MQTT_DUP=0",
          "MQTT_ATTEMPT=3",
          "MQTT_RESPONSE_TOPIC=answers/1",
          "MQTT_CORRELATION_B64=AP8=",
          "MQTT_UP_job_id=17"})
        EXPECT_PRED2(has, all, one);
    EXPECT_EQ(all.size(), 11U);
}

} // namespace
} // namespace mqtt_sub
