#include "common/base/json_text.hpp"
#include "tests/unit/handlers/messages.hpp"
#include "tools/mqtt-sub/handlers/dead_letter.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mqtt_sub {
namespace {

DeadLetterReason reason() {
    return {
        .attempts = 4,
        .why = "exit code 65",
        .error_tail = "no such printer\n",
        .first_seen = base::WallTime(std::chrono::seconds(1'000'000)),
        .host = "pi",
        .rule = "print"};
}

mqtt::PropertyBuilder original_properties() {
    mqtt::PropertyBuilder properties;
    properties.number(mqtt::PropertyId::payload_format_indicator, 1);
    properties.number(mqtt::PropertyId::subscription_identifier, 9);
    properties.text(mqtt::PropertyId::content_type, "text/plain");
    properties.user_property("mine", "1");
    return properties;
}

std::map<std::string, std::string> user_properties(const mqtt::PropertyList& list) {
    std::map<std::string, std::string> all;
    for (const mqtt::PropertyView& property : list) {
        if (property.id == mqtt::PropertyId::user_property)
            all.emplace(property.name, property.text);
    }
    return all;
}

TEST(DeadLetter, has_the_original_and_says_what_happened_to_it) {
    const auto properties = original_properties();
    const auto letter = dead_letter("dlq/a", held("a", "payload", properties), reason());
    EXPECT_EQ(letter.topic, "dlq/a");
    EXPECT_EQ(base::as_text(letter.payload), "payload");
    EXPECT_EQ(letter.qos, mqtt::Qos::at_least_once);
    const mqtt::PropertyList list = letter.properties.list();
    EXPECT_EQ(list.text(mqtt::PropertyId::content_type), "text/plain");
    EXPECT_FALSE(list.has(mqtt::PropertyId::subscription_identifier));
    const std::map<std::string, std::string> expected{
        {"mine", "1"},
        {"dlq-topic", "a"},
        {"dlq-attempts", "4"},
        {"dlq-reason", "exit code 65"},
        {"dlq-stderr", "no such printer\n"},
        {"dlq-first-seen", "1970-01-12T13:46:40.000Z"},
        {"dlq-host", "pi"},
        {"dlq-rule", "print"}};
    EXPECT_EQ(user_properties(list), expected);
}

TEST(DeadLetter, standard_error_is_cut_at_its_beginning_and_always_a_text) {
    DeadLetterReason why = reason();
    const std::string noise(2000, '\xff');
    const std::string text = noise + "end";
    why.error_tail = text;
    const auto letter = dead_letter("dlq", held("a", "x"), why);
    const std::string said = user_properties(letter.properties.list())["dlq-stderr"];
    EXPECT_EQ(said, std::string(997, '?') + "end");
}

TEST(DeadLetter, as_a_line_it_is_JSON_with_the_message_in_it) {
    const std::string line = dead_letter_line(held("a", "\xff", original_properties()), reason());
    EXPECT_TRUE(base::is_json(line)) << line;
    EXPECT_NE(line.find("\"reason\":\"exit code 65\""), std::string::npos) << line;
    EXPECT_NE(line.find("\"payloadencoding\":\"base64\""), std::string::npos) << line;
}

TEST(DeadLetter, comes_back_as_what_it_was) {
    const auto properties = original_properties();
    const auto letter = dead_letter("dlq/a", held("a", "payload", properties), reason());
    mqtt::Publish packet;
    packet.topic = letter.topic;
    packet.payload = letter.payload;
    packet.properties = letter.properties.list();
    const auto again = redriven(packet);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->topic, "a");
    EXPECT_EQ(base::as_text(again->payload), "payload");
    const std::map<std::string, std::string> left{{"mine", "1"}};
    EXPECT_EQ(user_properties(again->properties.list()), left);
    EXPECT_EQ(again->properties.list().text(mqtt::PropertyId::content_type), "text/plain");
}

TEST(DeadLetter, what_is_none_does_not_come_back) {
    EXPECT_FALSE(redriven(held("a", "x").packet()).has_value());
}

} // namespace
} // namespace mqtt_sub
