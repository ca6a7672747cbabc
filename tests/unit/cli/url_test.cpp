#include "common/cli/options/broker_url.hpp"
#include "tests/unit/cli/expect_usage_error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

cli::BrokerUrl parsed(std::string_view url) {
    return cli::parse_broker_url("--url", url);
}

std::string refusal(std::string_view url) {
    return test::usage_error_of([&] { static_cast<void>(parsed(url)); });
}

constexpr std::string_view form = "\nthe form is mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC]";

TEST(BrokerUrl, all_parts) {
    const cli::BrokerUrl url = parsed("MQTT://me:secret@broker.local:1884/home/+/temperature");
    EXPECT_EQ(url.user_name, "me");
    EXPECT_EQ(url.password, "secret");
    EXPECT_EQ(url.host, "broker.local");
    EXPECT_EQ(url.port, 1884);
    EXPECT_EQ(url.topic, "home/+/temperature");
}

TEST(BrokerUrl, all_but_the_host_may_be_left_out) {
    for (const std::string text : {"mqtt://host", "mqtt://host/"}) {
        const cli::BrokerUrl url = parsed(text);
        EXPECT_EQ(url.host, "host");
        EXPECT_FALSE(url.port || url.user_name || url.password || url.topic) << text;
    }
    EXPECT_FALSE(parsed("mqtt://me@host").password.has_value());
    EXPECT_EQ(parsed("mqtt://me:@host").password, "");
}

TEST(BrokerUrl, an_IPv6_address_stands_in_brackets) {
    EXPECT_EQ(parsed("mqtt://[::1]").host, "::1");
    EXPECT_EQ(parsed("mqtt://u:p@[fe80::1]:99/t").port, 99);
    EXPECT_EQ(
        refusal("mqtt://::1/t"),
        "--url: an IPv6 address needs brackets (got \"::1\")" + std::string(form)
    );
    EXPECT_EQ(
        refusal("mqtt://[::1/t"), "--url: the ] of the address is missing" + std::string(form)
    );
    EXPECT_FALSE(refusal("mqtt://[::1]x").empty());
}

TEST(BrokerUrl, percent_signs_are_decoded) {
    const cli::BrokerUrl url = parsed("mqtt://a%40b:p%3a%2f%ff@host/100%25/%C3%A4");
    EXPECT_EQ(url.user_name, "a@b");
    EXPECT_EQ(url.password, "p:/\xff");
    EXPECT_EQ(url.topic, "100%/ä");
    EXPECT_EQ(parsed("mqtt://host/%41").topic, "A");
    EXPECT_TRUE(refusal("mqtt://host/100%").ends_with("write %25 for a % of its own"));
    EXPECT_FALSE(refusal("mqtt://host/%4").empty());
    EXPECT_FALSE(refusal("mqtt://host/%4g").empty());
}

TEST(BrokerUrl, an_at_sign_in_the_password_or_the_topic_is_no_border) {
    EXPECT_EQ(parsed("mqtt://u:p@ss@host").password, "p@ss");
    EXPECT_EQ(parsed("mqtt://host/a@b").topic, "a@b");
    EXPECT_EQ(parsed("mqtt://u:p:q@host").password, "p:q");
}

TEST(BrokerUrl, the_scheme_says_what_is_spoken) {
    const auto spoken = [](std::string_view url) {
        const cli::BrokerUrl it = parsed(url);
        return std::string(it.tls ? "tls " : "") + (it.websocket ? "websocket" : "");
    };
    EXPECT_EQ(spoken("mqtt://host"), "");
    EXPECT_EQ(spoken("mqtts://host"), "tls ");
    EXPECT_EQ(spoken("WS://host"), "websocket");
    EXPECT_EQ(spoken("wss://host"), "tls websocket");
    EXPECT_EQ(
        refusal("http://host/t"),
        "--url: the scheme must be mqtt, mqtts, ws or wss (got \"http\")" + std::string(form)
    );
    EXPECT_EQ(refusal("host/t"), "--url: the scheme mqtt:// is missing" + std::string(form));
}

TEST(BrokerUrl, after_the_host_of_a_WebSocket_comes_its_path) {
    const cli::BrokerUrl url = parsed("wss://u:p@[::1]:8084/a%20b/c?token=x%2Fy&z=%3F");
    EXPECT_EQ(url.path, "/a%20b/c?token=x%2Fy&z=%3F") << "as it stands";
    EXPECT_FALSE(url.topic.has_value());
    EXPECT_EQ(url.host, "::1");
    EXPECT_EQ(url.password, "p");
    EXPECT_FALSE(parsed("ws://host").path.has_value());
    EXPECT_EQ(parsed("ws://host/").path, "/");
    EXPECT_EQ(parsed("ws://host?a=b").path, "/?a=b");
    EXPECT_FALSE(parsed("mqtts://host/t").path.has_value());
    for (const std::string wrong : {"/a b", "/a#b", "/\r\nX: y", "/\xc3\xa4"}) {
        EXPECT_TRUE(refusal("ws://host" + wrong)
                        .starts_with("--url: the path must begin with / and be percent-encoded"));
    }
}

TEST(BrokerUrl, host_and_port_are_checked) {
    EXPECT_FALSE(refusal("mqtt://").empty());
    EXPECT_FALSE(refusal("mqtt://:1883/t").empty());
    for (const std::string port : {"", "0", "65536", "x"}) {
        EXPECT_EQ(
            refusal("mqtt://host:" + port + "/t"),
            "--url: the port must be a whole number from 1 to 65535 (got \"" + port + "\")"
        );
    }
}

TEST(BrokerUrl, a_password_is_never_shown) {
    EXPECT_EQ(refusal("mqtt://me:secret@/t").find("secret"), std::string::npos);
    EXPECT_EQ(refusal("mqtt://me:secr%et@host/t").find("secr"), std::string::npos);
}

} // namespace
