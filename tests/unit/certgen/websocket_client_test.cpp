#include "common/crypto/websocket_accept.hpp"
#include "tools/mqtt-certgen/websocket_client.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using base::ByteBuffer;

std::string response(const std::string& key, const std::string& protocol) {
    return "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nSEC-WEBSOCKET-ACCEPT:  " +
           crypto::websocket_accept(key) + " \r\nSec-WebSocket-Protocol: " + protocol;
}

TEST(websocket_client, an_answer_that_accepts_is_taken) {
    base::FixedEntropy entropy(1);
    const std::string key = mqtt_certgen::websocket_key(entropy);
    EXPECT_TRUE(crypto::is_websocket_key(key));
    EXPECT_EQ(mqtt_certgen::problem_of_upgrade(response(key, "mqtt"), key), "");
    EXPECT_EQ(mqtt_certgen::problem_of_upgrade(response(key, "MQTT"), key), "");
}

TEST(websocket_client, other_answers_are_explained) {
    base::FixedEntropy entropy(1);
    const std::string key = mqtt_certgen::websocket_key(entropy);
    EXPECT_EQ(
        mqtt_certgen::problem_of_upgrade("HTTP/1.1 404 Not Found\r\nA: b", key),
        "the server does not open a WebSocket here (got \"HTTP/1.1 404 Not Found\")"
    );
    EXPECT_EQ(
        mqtt_certgen::problem_of_upgrade(
            response(mqtt_certgen::websocket_key(entropy), "mqtt"), key
        ),
        "the server's answer to the upgrade is wrong (Sec-WebSocket-Accept)"
    );
    EXPECT_EQ(
        mqtt_certgen::problem_of_upgrade(response(key, "chat"), key),
        "the WebSocket is not for MQTT (Sec-WebSocket-Protocol is \"chat\")"
    );
    EXPECT_NE(mqtt_certgen::problem_of_upgrade("", key), "");
}

TEST(websocket_client, a_frame_is_masked) {
    base::FixedEntropy entropy(1);
    const ByteBuffer message{1, 2, 3, 4, 5};
    const ByteBuffer frame = mqtt_certgen::to_frame(message, entropy);
    ASSERT_EQ(frame.size(), 2U + 4U + message.size());
    EXPECT_EQ(frame[0], 0x82);
    EXPECT_EQ(frame[1], 0x85);
    for (std::size_t i = 0; i < message.size(); ++i)
        EXPECT_EQ(frame[6 + i] ^ frame[2 + i % 4], message[i]);
    const ByteBuffer large(300, 7);
    const ByteBuffer long_frame = mqtt_certgen::to_frame(large, entropy);
    EXPECT_EQ(long_frame[1], 0xFE);
    EXPECT_EQ(long_frame[2] << 8 | long_frame[3], 300);
}

TEST(websocket_client, frames_of_a_server_are_read_whole) {
    const ByteBuffer two{0x82, 2, 'a', 'b', 0x82, 1};
    for (std::size_t size = 0; size < 4; ++size)
        EXPECT_EQ(mqtt_certgen::from_frame(base::Bytes(two).first(size)).size, 0U) << size;
    const auto first = mqtt_certgen::from_frame(two);
    EXPECT_EQ(first.size, 4U);
    EXPECT_EQ(base::as_text(first.message), "ab");
    ByteBuffer large{0x82, 126, 1, 0};
    large.resize(4 + 255);
    EXPECT_EQ(mqtt_certgen::from_frame(large).size, 0U);
    large.push_back(0);
    EXPECT_EQ(mqtt_certgen::from_frame(large).message.size(), 256U);
}

TEST(websocket_client, other_frames_are_problems) {
    EXPECT_EQ(
        mqtt_certgen::from_frame(ByteBuffer{0x88, 0}).problem, "the server has closed the WebSocket"
    );
    EXPECT_EQ(
        mqtt_certgen::from_frame(ByteBuffer{0x81, 1}).problem,
        "the server has sent no binary message"
    );
    EXPECT_EQ(
        mqtt_certgen::from_frame(ByteBuffer{0x82, 127}).problem, "the server's message is too large"
    );
    EXPECT_EQ(
        mqtt_certgen::from_frame(ByteBuffer{0x82, 0x85}).problem,
        "the server's message is too large"
    );
}

} // namespace
