#include "common/net/websocket_upgrade.hpp"

#include <gtest/gtest.h>

namespace net {

namespace {

constexpr std::string_view usual_fields =
    "Host: broker\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n";

UpgradeAnswer answer(const std::string& request, const std::vector<std::string>& origins = {}) {
    return answer_upgrade(base::as_bytes(request), origins);
}

UpgradeAnswer answer_with(const std::string& fields, const std::vector<std::string>& origins = {}) {
    return answer("GET /mqtt HTTP/1.1\r\n" + std::string(usual_fields) + fields + "\r\n", origins);
}

std::string status(const UpgradeAnswer& answer) {
    return answer.response.substr(9, 3);
}

std::string field(const UpgradeAnswer& answer, const std::string& name) {
    const std::size_t begin = answer.response.find("\r\n" + name + ": ");
    if (begin == std::string::npos) return "missing";
    const std::size_t value = begin + name.size() + 4;
    return answer.response.substr(value, answer.response.find("\r\n", value) - value);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    return text.replace(text.find(what), what.size(), by);
}

TEST(WebSocketUpgrade, the_example_of_the_rfc_is_answered) {
    const UpgradeAnswer upgraded = answer_with("Sec-WebSocket-Protocol: mqtt\r\n");
    EXPECT_TRUE(upgraded.accepted);
    EXPECT_EQ(
        upgraded.response,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
    );
}

TEST(WebSocketUpgrade, a_phone_may_name_no_sub_protocol) {
    const UpgradeAnswer upgraded = answer_with("");
    EXPECT_TRUE(upgraded.accepted);
    EXPECT_EQ(field(upgraded, "Sec-WebSocket-Protocol"), "missing");
}

// shows [MQTT-6.0.0-4] [MQTT311-6.0.0-4]
TEST(WebSocketUpgrade, the_sub_protocol_is_one_of_those_that_were_offered) {
    const std::pair<const char*, const char*> cases[] = {
        {"mqtt", "mqtt"},
        {"mqttv3.1", "mqttv3.1"},
        {"mqtt, mqttv3.1", "mqtt"},
        {"mqttv3.1,mqtt", "mqttv3.1"},
        {"chat , mqtt", "mqtt"},
        {"MQTT", "MQTT"},
        {", mqtt,", "mqtt"}};
    for (const auto& [offer, chosen] : cases) {
        const UpgradeAnswer upgraded =
            answer_with("Sec-WebSocket-Protocol: " + std::string(offer) + "\r\n");
        EXPECT_TRUE(upgraded.accepted) << offer;
        EXPECT_EQ(field(upgraded, "Sec-WebSocket-Protocol"), chosen);
    }
    const UpgradeAnswer two_lines =
        answer_with("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: mqtt\r\n");
    EXPECT_EQ(field(two_lines, "Sec-WebSocket-Protocol"), "mqtt");
}

TEST(WebSocketUpgrade, unknown_sub_protocols_get_400_with_the_reason) {
    const UpgradeAnswer refused = answer_with("Sec-WebSocket-Protocol: chat, superchat\r\n");
    EXPECT_FALSE(refused.accepted);
    EXPECT_EQ(status(refused), "400");
    EXPECT_NE(refused.response.find("none of the sub-protocols is known"), std::string::npos);
    EXPECT_EQ(field(refused, "Connection"), "close");
}

TEST(WebSocketUpgrade, what_is_no_websocket_gets_the_proper_status) {
    const std::string usual = "GET / HTTP/1.1\r\n" + std::string(usual_fields) + "\r\n";
    const auto status_of = [](const std::string& request) {
        return status(answer(request));
    };
    EXPECT_EQ(status_of(usual), "101");
    EXPECT_EQ(status_of(replaced(usual, "GET", "POST")), "405");
    EXPECT_EQ(field(answer(replaced(usual, "GET", "HEAD")), "Allow"), "GET");
    EXPECT_EQ(status_of(replaced(usual, "HTTP/1.1", "HTTP/1.0")), "400");
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "426");
    EXPECT_EQ(status_of(replaced(usual, "Upgrade: websocket", "Upgrade: h2c")), "426");
    EXPECT_EQ(status_of(replaced(usual, "Connection: Upgrade", "Connection: close")), "426");
    const UpgradeAnswer old = answer(replaced(usual, "Version: 13", "Version: 8"));
    EXPECT_EQ(status(old), "426");
    EXPECT_EQ(field(old, "Sec-WebSocket-Version"), "13");
    EXPECT_EQ(status_of(replaced(usual, "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=")), "400");
    EXPECT_EQ(status_of(replaced(usual, "Sec-WebSocket-Key", "Sec-WebSocket-Kex")), "400");
    EXPECT_EQ(status_of(replaced(usual, "Host: broker", "Content-Length: 3")), "400");
    EXPECT_EQ(status_of(replaced(usual, "Host: broker", "Transfer-Encoding: chunked")), "400");
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nno field\r\n\r\n"), "400");
    EXPECT_EQ(status_of("NONSENSE\r\n\r\n"), "400");
}

TEST(WebSocketUpgrade, tokens_are_found_in_lists_and_in_any_case) {
    const std::string usual = "GET /?a=b HTTP/1.1\r\n" + std::string(usual_fields) + "\r\n";
    const std::string sloppy = replaced(
        replaced(usual, "Connection: Upgrade", "connection: keep-alive, UPGRADE"),
        "Upgrade: websocket",
        "UPGRADE: WebSocket"
    );
    EXPECT_TRUE(answer(sloppy).accepted);
}

TEST(WebSocketUpgrade, too_many_fields_get_431) {
    std::string many;
    for (int i = 0; i < 101; ++i)
        many += "X-" + std::to_string(i) + ": y\r\n";
    EXPECT_EQ(status(answer_with(many)), "431");
    EXPECT_EQ(status(refuse_large_upgrade(4096)), "431");
}

TEST(WebSocketUpgrade, a_browser_has_to_come_from_an_allowed_origin) {
    const std::vector<std::string> origins{"https://app.example", "http://localhost:3000"};
    EXPECT_TRUE(answer_with("Origin: https://app.example\r\n", origins).accepted);
    EXPECT_TRUE(answer_with("Origin: http://LOCALHOST:3000\r\n", origins).accepted);
    EXPECT_TRUE(answer_with("", origins).accepted);
    EXPECT_TRUE(answer_with("Origin: https://evil.example\r\n").accepted);
    const UpgradeAnswer refused = answer_with("Origin: https://evil.example\r\n", origins);
    EXPECT_EQ(status(refused), "403");
    EXPECT_EQ(
        refused.error,
        "HTTP request refused (403): the origin \"https://evil.example\" is not one of "
        "websockets_origin"
    );
    EXPECT_EQ(status(answer_with("Origin: https://app.example.evil\r\n", origins)), "403");
}

TEST(WebSocketUpgrade, the_words_of_proxies_are_collected_in_order) {
    using List = std::vector<std::string>;
    EXPECT_EQ(answer_with("").forwarded_for, List{});
    EXPECT_EQ(
        answer_with("X-Forwarded-For: 203.0.113.9, 10.0.0.1\r\nX-Forwarded-For: 10.0.0.2\r\n")
            .forwarded_for,
        (List{"203.0.113.9", "10.0.0.1", "10.0.0.2"})
    );
    EXPECT_EQ(answer_with("X-Real-IP: 203.0.113.9\r\n").forwarded_for, List{"203.0.113.9"});
    EXPECT_EQ(
        answer_with("Forwarded: for=\"[2001:db8::1]:47\";proto=https, FOR=10.0.0.1;by=x\r\n"
                    "X-Forwarded-For: 1.1.1.1\r\n")
            .forwarded_for,
        (List{"[2001:db8::1]:47", "10.0.0.1"})
    );
    EXPECT_EQ(
        answer_with("X-Forwarded-For: 203.0.113.9\r\nX-Real-IP: 1.1.1.1\r\n").forwarded_for,
        List{"203.0.113.9"}
    );
}

} // namespace

} // namespace net
