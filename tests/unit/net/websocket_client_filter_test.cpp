#include "common/net/websocket_client_filter.hpp"
#include "common/net/websocket_filter.hpp"
#include "common/net/websocket_request.hpp"

#include <gtest/gtest.h>

#include <string>

namespace net {

namespace {

using base::ByteBuffer;
using base::Bytes;
using base::TransportTrouble;
using State = base::ByteFilter::State;

const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
                             "Connection: keep-alive, Upgrade\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

UpgradeVerdict verdict_on(const std::string& head) {
    return check_upgrade_answer(base::as_bytes(head), key);
}

std::string field(const std::string& text, const std::string& name) {
    const std::size_t begin = text.find("\r\n" + name + ": ");
    if (begin == std::string::npos) return "none";
    const std::size_t value = begin + name.size() + 4;
    return text.substr(value, text.find("\r\n", value) - value);
}

class WebSocketClientFilterTest : public testing::TestWithParam<bool> {
protected:
    void SetUp() override { filter.start(wire); }

    void feed(base::ByteFilter& to, Bytes input, ByteBuffer& text, ByteBuffer& answer) const {
        if (!GetParam()) return to.receive(input, text, answer);
        for (std::size_t i = 0; i < input.size(); ++i)
            to.receive(input.subspan(i, 1), text, answer);
    }

    std::string error_after(const std::string& input) {
        feed(filter, base::as_bytes(input), plain, wire);
        EXPECT_EQ(filter.state(), State::failed);
        return filter.error();
    }

    WebSocketClientFilter filter{
        {.path = "/mqtt?a=1", .headers = {{"X-Token", "t"}}},
        "broker:8080",
        std::make_unique<base::FixedEntropy>(1)};
    ByteBuffer plain;
    ByteBuffer wire;
};

INSTANTIATE_TEST_SUITE_P(Feeding, WebSocketClientFilterTest, testing::Bool(), [](const auto& one) {
    return one.param ? "byte_by_byte" : "at_once";
});

TEST_P(WebSocketClientFilterTest, client_and_server_understand_each_other) {
    WebSocketFilter server({.origins = {}, .max_header_size = 4096, .max_message = 100});
    ByteBuffer at_server;
    ByteBuffer to_client;
    const ByteBuffer request = std::exchange(wire, {});
    EXPECT_TRUE(base::as_text(request).starts_with("GET /mqtt?a=1 HTTP/1.1\r\n"));
    EXPECT_EQ(field(std::string(base::as_text(request)), "X-Token"), "t");
    feed(server, request, at_server, to_client);
    ASSERT_EQ(server.state(), State::open) << server.error();
    server.send(base::as_bytes("early"), to_client);
    feed(filter, std::exchange(to_client, {}), plain, wire);
    ASSERT_EQ(filter.state(), State::open) << filter.error();
    EXPECT_EQ(base::as_text(plain), "early");
    filter.send(base::as_bytes("hello"), wire);
    EXPECT_EQ(base::as_text(wire).find("hello"), std::string_view::npos) << "masked";
    feed(server, std::exchange(wire, {}), at_server, to_client);
    EXPECT_EQ(base::as_text(at_server), "hello");
    filter.close(wire);
    feed(server, std::exchange(wire, {}), at_server, to_client);
    EXPECT_EQ(server.state(), State::ended);
    feed(filter, to_client, plain, wire);
    EXPECT_EQ(filter.state(), State::ended);
}

TEST_P(WebSocketClientFilterTest, a_server_with_a_small_limit_takes_much_at_once) {
    constexpr std::size_t limit = 70'000;
    WebSocketFilter server({.origins = {}, .max_header_size = 4096, .max_message = limit});
    ByteBuffer at_server;
    ByteBuffer to_client;
    server.receive(std::exchange(wire, {}), at_server, to_client);
    filter.receive(to_client, plain, wire);
    const std::string much(3 * limit, 'x');
    filter.send(base::as_bytes(much), wire);
    server.receive(wire, at_server, to_client);
    EXPECT_EQ(server.state(), State::open) << server.error();
    EXPECT_EQ(base::as_text(at_server), much);
}

TEST_P(WebSocketClientFilterTest, other_protocols_are_recognized) {
    EXPECT_EQ(error_after("\x15\x03\x01"), "the server answers with TLS");
    EXPECT_EQ(filter.trouble(), TransportTrouble::tls_expected);
}

TEST_P(WebSocketClientFilterTest, an_answer_that_is_no_HTTP_is_refused_at_once) {
    EXPECT_EQ(error_after("HTTX"), "the server does not answer with HTTP");
    EXPECT_EQ(filter.trouble(), TransportTrouble::no_http);
}

TEST_P(WebSocketClientFilterTest, an_endless_header_is_refused) {
    EXPECT_EQ(
        error_after("HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x')),
        "the header of the server's answer is too large"
    );
}

TEST_P(WebSocketClientFilterTest, a_refusal_is_told_in_words) {
    EXPECT_EQ(
        error_after("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"),
        "the server answers 404 Not Found instead of opening a WebSocket"
    );
    EXPECT_EQ(filter.trouble(), TransportTrouble::http_not_found);
}

TEST(WebSocketRequest, the_fields_of_the_user_take_precedence) {
    const std::string usual = upgrade_request({}, "broker", key);
    EXPECT_TRUE(usual.starts_with("GET /mqtt HTTP/1.1\r\n"));
    EXPECT_TRUE(usual.ends_with("\r\n\r\n"));
    EXPECT_EQ(field(usual, "Host"), "broker");
    EXPECT_EQ(field(usual, "Sec-WebSocket-Protocol"), "mqtt");
    EXPECT_EQ(field(usual, "Sec-WebSocket-Version"), "13");
    const WebSocketTarget own{
        .path = "/", .headers = {{"HOST", "virtual"}, {"Sec-WebSocket-Protocol", "mqttv3.1"}}};
    const std::string changed = upgrade_request(own, "broker", key);
    EXPECT_EQ(field(changed, "HOST"), "virtual");
    EXPECT_EQ(field(changed, "Host"), "none");
    EXPECT_EQ(changed.find(": mqtt\r\n"), std::string::npos);
}

TEST(WebSocketAnswer, with_or_without_sub_protocol) {
    EXPECT_EQ(verdict_on(upgraded + "\r\n").error, "");
    EXPECT_EQ(verdict_on(upgraded + "Sec-WebSocket-Protocol: mqtt\r\n\r\n").error, "");
    const UpgradeVerdict other = verdict_on(upgraded + "Sec-WebSocket-Protocol: chat\r\n\r\n");
    EXPECT_EQ(
        other.error, "the WebSocket is not for MQTT (the server chose the sub-protocol \"chat\")"
    );
    EXPECT_EQ(other.trouble, TransportTrouble::no_mqtt_inside);
}

TEST(WebSocketAnswer, has_to_prove_that_the_server_speaks_WebSocket) {
    const std::string wrong = "the server's answer to the WebSocket upgrade is wrong";
    std::string other_key = upgraded;
    other_key.replace(other_key.find("s3pP"), 4, "s3pQ");
    EXPECT_EQ(verdict_on(other_key + "\r\n").error, wrong);
    EXPECT_EQ(verdict_on("HTTP/1.1 101 Switching Protocols\r\n\r\n").error, wrong);
    EXPECT_FALSE(verdict_on(upgraded + "Sec-WebSocket-Extensions: x\r\n\r\n").error.empty());
    EXPECT_TRUE(verdict_on("HTTP/1.1 x\r\n\r\n")
                    .error.starts_with("the answer of the server is no valid HTTP: "));
}

TEST(WebSocketAnswer, each_status_has_its_trouble) {
    const std::vector<std::pair<std::string, TransportTrouble>> table{
        {"401 Unauthorized", TransportTrouble::http_login},
        {"407 Proxy Authentication Required", TransportTrouble::http_login},
        {"403 Forbidden", TransportTrouble::http_forbidden},
        {"404 Not Found", TransportTrouble::http_not_found},
        {"301 Moved Permanently", TransportTrouble::http_moved},
        {"200 OK", TransportTrouble::http_refused},
        {"502 Bad Gateway", TransportTrouble::http_refused}};
    for (const auto& [status, trouble] : table) {
        const UpgradeVerdict verdict = verdict_on("HTTP/1.1 " + status + "\r\n\r\n");
        EXPECT_EQ(
            verdict.error, "the server answers " + status + " instead of opening a WebSocket"
        );
        EXPECT_EQ(verdict.trouble, trouble) << status;
    }
    EXPECT_EQ(
        verdict_on("HTTP/1.1 302 Found\r\nLocation: https://x/\xff\r\n\r\n").error,
        "the server answers 302 Found instead of opening a WebSocket and points to "
        "https://x/\\xff"
    );
}

} // namespace

} // namespace net
