#include "common/cli/options/option.hpp"
#include "common/cli/options/property_settings.hpp"
#include "tests/unit/cli/expect_usage_error.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace {

using mqtt::PropertyId;
using mqtt::PropertyScope;

constexpr std::string_view all = "connect|publish|subscribe|unsubscribe|disconnect|will";

std::string packed(std::initializer_list<std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += cli::word_separator;
        text += word;
    }
    return text;
}

std::string
refusal(std::initializer_list<std::string_view> words, std::string_view commands = all) {
    return test::usage_error_of([&] {
        cli::PropertySettings(commands).add("--property", packed(words));
    });
}

TEST(Property, values_of_every_type_reach_their_packet) {
    cli::PropertySettings settings(all);
    settings.add("-D", packed({"publish", "payload-format-indicator", "1"}));
    settings.add("-D", packed({"PUBLISH", "Message-Expiry-Interval", "4294967295"}));
    settings.add("-D", packed({"publish", "correlation-data", "\xff\x01"}));
    settings.add("-D", packed({"publish", "user-property", "a", "1"}));
    settings.add("-D", packed({"publish", "user-property", "a", "2"}));
    settings.add("-D", packed({"subscribe", "subscription-identifier", "268435455"}));
    const mqtt::PropertyBuilder publish = settings.of(PropertyScope::publish);
    EXPECT_EQ(publish.list().number(PropertyId::payload_format_indicator), 1U);
    EXPECT_EQ(publish.list().number(PropertyId::message_expiry_interval), 4294967295U);
    EXPECT_EQ(publish.list().text(PropertyId::correlation_data), "\xff\x01");
    std::string pairs;
    for (const mqtt::PropertyView& property : publish.list()) {
        if (property.id == PropertyId::user_property)
            pairs += std::string(property.name) + '=' + std::string(property.text) + ' ';
    }
    EXPECT_EQ(pairs, "a=1 a=2 ");
    EXPECT_EQ(
        settings.of(PropertyScope::subscribe).list().number(PropertyId::subscription_identifier),
        268435455U
    );
    EXPECT_FALSE(settings.any(PropertyScope::will));
}

TEST(Property, only_packets_that_the_tool_sends_are_taken) {
    EXPECT_EQ(
        refusal({"subscribe", "user-property", "a", "b"}, "connect|publish"),
        "--property: the command must be connect or publish (got \"subscribe\")"
    );
    EXPECT_FALSE(refusal({"suback", "reason-string", "x"}).empty());
}

TEST(Property, a_property_must_exist_and_belong_to_the_packet) {
    EXPECT_EQ(
        refusal({"publish", "content-tipe", "x"}),
        "--property: unknown property \"content-tipe\"\ndid you mean content-type"
    );
    EXPECT_EQ(
        refusal({"subscribe", "content-type", "x"}),
        "--property: content-type is no property of subscribe\n"
        "subscribe takes subscription-identifier, user-property"
    );
    EXPECT_TRUE(refusal({"publish", "subscription-identifier", "1"})
                    .starts_with("--property: subscription-identifier is no property of publish"));
    EXPECT_TRUE(refusal({"connect", "server-keep-alive", "1"})
                    .starts_with("--property: server-keep-alive is no property of connect"));
}

TEST(Property, values_are_checked_against_the_property_table) {
    EXPECT_EQ(
        refusal({"publish", "message-expiry-interval", "abc"}),
        "--property: message-expiry-interval must be a whole number from 0 to 4294967295 (got "
        "\"abc\")"
    );
    EXPECT_EQ(
        refusal({"publish", "payload-format-indicator", "2"}),
        "--property: payload-format-indicator must be a whole number from 0 to 1 (got \"2\")"
    );
    EXPECT_EQ(
        refusal({"connect", "receive-maximum", "0"}),
        "--property: receive-maximum must be a whole number from 1 to 65535 (got \"0\")"
    );
    EXPECT_EQ(
        refusal({"publish", "content-type", "\xff"}),
        "--property: content-type must be UTF-8 (got \"\\xff\")"
    );
    EXPECT_TRUE(refusal({"publish", "response-topic", "a/#"})
                    .starts_with("--property: response-topic must be a topic to publish to"));
    EXPECT_EQ(
        refusal({"publish", "correlation-data", std::string(65536, 'x')}),
        "--property: correlation-data is longer than 65535 bytes"
    );
}

TEST(Property, a_second_value_is_refused_unless_the_property_may_repeat) {
    cli::PropertySettings settings(all);
    settings.add("-D", packed({"will", "will-delay-interval", "1"}));
    EXPECT_EQ(
        test::usage_error_of([&] {
            settings.add("-D", packed({"will", "will-delay-interval", "2"}));
        }),
        "-D: will-delay-interval of will is given twice"
    );
}

TEST(Property, those_of_connect_go_to_the_members_of_the_session) {
    cli::PropertySettings settings(all);
    settings.add("-D", packed({"connect", "session-expiry-interval", "60"}));
    settings.add("-D", packed({"connect", "receive-maximum", "5"}));
    settings.add("-D", packed({"connect", "maximum-packet-size", "1000"}));
    settings.add("-D", packed({"connect", "topic-alias-maximum", "7"}));
    settings.add("-D", packed({"connect", "request-problem-information", "0"}));
    settings.add("-D", packed({"connect", "request-response-information", "1"}));
    settings.add("-D", packed({"connect", "authentication-method", "m"}));
    client::engine::SessionOptions session;
    cli::set_connect_properties(settings, session);
    EXPECT_EQ(session.session_expiry_interval, 60U);
    EXPECT_EQ(session.receive_maximum, 5);
    EXPECT_EQ(session.maximum_packet_size, 1000U);
    EXPECT_EQ(session.topic_alias_maximum, 7);
    EXPECT_EQ(session.request_problem_information, false);
    EXPECT_EQ(session.request_response_information, true);
    EXPECT_EQ(session.properties.list().text(PropertyId::authentication_method), "m");
    EXPECT_FALSE(session.properties.list().has(PropertyId::receive_maximum));
}

} // namespace
