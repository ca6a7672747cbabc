#include "common/net/websocket_filter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace net {

namespace {

using base::ByteBuffer;
using base::Bytes;
using State = base::ByteFilter::State;

const std::string request =
    "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "X-Forwarded-For: 203.0.113.9\r\n\r\n";
const std::string frame("\x82\x82\0\0\0\0hi", 8);

class WebSocketFilterTest : public testing::TestWithParam<bool> {
protected:
    void feed(std::string_view input) {
        const Bytes bytes = base::as_bytes(input);
        if (!GetParam()) return filter.receive(bytes, plain, wire);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            filter.receive(bytes.subspan(i, 1), plain, wire);
    }

    [[nodiscard]] std::string answer() const {
        return std::string(base::as_text(wire)).substr(0, 12);
    }

    WebSocketFilter filter{{.origins = {}, .max_header_size = 400, .max_message = 100}};
    ByteBuffer plain;
    ByteBuffer wire;
};

INSTANTIATE_TEST_SUITE_P(Feeding, WebSocketFilterTest, testing::Bool(), [](const auto& one) {
    return one.param ? "byte_by_byte" : "at_once";
});

TEST_P(WebSocketFilterTest, frames_may_follow_the_request_at_once) {
    EXPECT_EQ(filter.state(), State::opening);
    feed(request + frame);
    EXPECT_EQ(filter.state(), State::open);
    EXPECT_EQ(answer(), "HTTP/1.1 101");
    EXPECT_EQ(base::as_text(plain), "hi");
    EXPECT_EQ(filter.take_forwarded_for(), std::vector<std::string>{"203.0.113.9"});
    EXPECT_TRUE(filter.take_forwarded_for().empty());
}

TEST_P(WebSocketFilterTest, a_refusal_is_answered_and_ends_it) {
    feed("GET / HTTP/1.1\r\n\r\n" + frame);
    EXPECT_EQ(filter.state(), State::failed);
    EXPECT_EQ(answer(), "HTTP/1.1 426");
    EXPECT_NE(filter.error().find("(426)"), std::string::npos);
    EXPECT_TRUE(plain.empty());
}

TEST_P(WebSocketFilterTest, a_header_above_the_limit_gets_431) {
    feed("GET / HTTP/1.1\r\nX: " + std::string(1000, 'y') + "\r\n\r\n");
    EXPECT_EQ(answer(), "HTTP/1.1 431");
    EXPECT_EQ(
        filter.error(),
        "HTTP request refused (431): its header has more than 400 bytes (websockets_headers_size)"
    );
}

TEST_P(WebSocketFilterTest, a_header_of_the_limit_passes) {
    std::string full = request;
    full.insert(request.size() - 2, "X: " + std::string(400 - request.size() - 5, 'y') + "\r\n");
    ASSERT_EQ(full.size(), 400U);
    feed(full);
    EXPECT_EQ(filter.state(), State::open);
}

TEST_P(WebSocketFilterTest, other_protocols_are_told_apart_by_their_first_byte) {
    feed("\x10\x0C");
    EXPECT_EQ(filter.state(), State::failed);
    EXPECT_EQ(filter.error(), "this looks like plain MQTT, and the listener expects WebSocket");
    EXPECT_TRUE(wire.empty());
}

TEST_P(WebSocketFilterTest, the_end_of_the_client_is_answered_and_told) {
    feed(request);
    wire.clear();
    feed(std::string("\x88\x82\0\0\0\0\x03\xE8", 8));
    EXPECT_EQ(filter.state(), State::ended);
    EXPECT_EQ(wire, (ByteBuffer{0x88, 2, 0x03, 0xE8}));
}

TEST_P(WebSocketFilterTest, a_wrong_frame_fails_it) {
    feed(request);
    wire.clear();
    feed(std::string("\x81\x82\0\0\0\0hi", 8));
    EXPECT_EQ(filter.state(), State::failed);
    EXPECT_NE(filter.error().find("1003"), std::string::npos);
    EXPECT_EQ(wire[0], 0x88);
}

TEST_P(WebSocketFilterTest, sending_pinging_and_closing_make_frames) {
    feed(request);
    wire.clear();
    filter.send(base::as_bytes("ok"), wire);
    filter.ping(wire);
    filter.close(wire);
    EXPECT_EQ(wire, (ByteBuffer{0x82, 2, 'o', 'k', 0x89, 0, 0x88, 2, 0x03, 0xE8}));
}

TEST_P(WebSocketFilterTest, closing_before_the_upgrade_says_nothing) {
    feed("GET / HT");
    filter.close(wire);
    EXPECT_TRUE(wire.empty());
}

} // namespace

} // namespace net
