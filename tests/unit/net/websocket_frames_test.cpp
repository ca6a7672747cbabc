#include "common/net/websocket_frames.hpp"

#include <gtest/gtest.h>

#include <string>

namespace net {

namespace {

using base::ByteBuffer;
using base::Bytes;

constexpr std::size_t largest = 1000;

/// A frame as a client sends it, masked with 01 02 03 04.
ByteBuffer masked(std::uint8_t first_byte, std::string_view payload) {
    ByteBuffer frame{first_byte};
    if (payload.size() < 126) {
        frame.push_back(static_cast<std::uint8_t>(0x80 | payload.size()));
    } else {
        frame.push_back(0x80 | 126);
        frame.push_back(static_cast<std::uint8_t>(payload.size() >> 8U));
        frame.push_back(static_cast<std::uint8_t>(payload.size() & 0xFFU));
    }
    base::append(frame, ByteBuffer{1, 2, 3, 4});
    for (std::size_t i = 0; i < payload.size(); ++i)
        frame.push_back(
            static_cast<std::uint8_t>(static_cast<std::uint8_t>(payload[i]) ^ (i % 4 + 1))
        );
    return frame;
}

std::string text(const ByteBuffer& bytes) {
    return std::string(base::as_text(bytes));
}

/// A close frame of the server: its code; 0: there is none.
int close_code(const ByteBuffer& wire) {
    if (wire.size() < 4 || wire[0] != 0x88) return 0;
    return wire[2] * 256 + wire[3];
}

class WebSocketFramesTest : public testing::TestWithParam<bool> {
protected:
    /// At once, or byte by byte.
    void feed(Bytes input) {
        if (!GetParam()) return frames.receive(input, plain, wire);
        for (std::size_t i = 0; i < input.size(); ++i)
            frames.receive(input.subspan(i, 1), plain, wire);
    }

    WebSocketFrames frames{WebSocketRole::server, largest};
    ByteBuffer plain;
    ByteBuffer wire;
};

INSTANTIATE_TEST_SUITE_P(Feeding, WebSocketFramesTest, testing::Bool(), [](const auto& one) {
    return one.param ? "byte_by_byte" : "at_once";
});

// shows [MQTT-6.0.0-2] [MQTT311-6.0.0-2]
TEST_P(WebSocketFramesTest, binary_frames_are_joined_to_one_stream) {
    ByteBuffer input = masked(0x82, "ab");
    base::append(input, masked(0x82, ""));
    base::append(input, masked(0x82, std::string(300, 'x')));
    feed(input);
    EXPECT_EQ(text(plain), "ab" + std::string(300, 'x'));
    EXPECT_TRUE(wire.empty());
    EXPECT_FALSE(frames.is_over());
}

TEST_P(WebSocketFramesTest, fragments_may_have_a_ping_between_them) {
    ByteBuffer input = masked(0x02, "one ");
    base::append(input, masked(0x89, "hi"));
    base::append(input, masked(0x00, "two "));
    base::append(input, masked(0x80, "three"));
    base::append(input, masked(0x82, "!"));
    feed(input);
    EXPECT_EQ(text(plain), "one two three!");
    EXPECT_EQ(text(wire), "\x8A\x02hi");
}

TEST_P(WebSocketFramesTest, a_pong_is_taken_in_silence) {
    feed(masked(0x8A, "whatever"));
    EXPECT_TRUE(wire.empty());
    EXPECT_TRUE(plain.empty());
    EXPECT_FALSE(frames.is_over());
}

TEST_P(WebSocketFramesTest, answers_without_a_mask_are_forgiven) {
    ByteBuffer input{0x8A, 0, 0x8A, 3, 'a', 'b', 'c'};
    base::append(input, masked(0x82, "data"));
    base::append(input, ByteBuffer{0x89, 2, 'h', 'i'});
    feed(input);
    EXPECT_EQ(text(plain), "data");
    EXPECT_EQ(text(wire), "\x8A\x02hi");
    wire.clear();
    feed(ByteBuffer{0x88, 2, 0x03, 0xE8});
    EXPECT_TRUE(frames.is_over());
    EXPECT_EQ(frames.error(), "");
    EXPECT_EQ(close_code(wire), 1000);
}

// shows [MQTT-6.0.0-1] [MQTT311-6.0.0-1]
TEST_P(WebSocketFramesTest, text_is_refused_with_1003) {
    ByteBuffer input = masked(0x82, "before");
    base::append(input, masked(0x81, "text"));
    base::append(input, masked(0x82, "after"));
    feed(input);
    EXPECT_EQ(text(plain), "before");
    EXPECT_EQ(close_code(wire), 1003);
    EXPECT_TRUE(frames.is_over());
    EXPECT_EQ(
        frames.error(), "a text frame, and MQTT needs binary ones (WebSocket close code 1003)"
    );
}

TEST_P(WebSocketFramesTest, a_message_above_the_limit_is_refused_with_1009) {
    feed(masked(0x82, std::string(largest + 1, 'x')));
    EXPECT_TRUE(plain.empty());
    EXPECT_EQ(close_code(wire), 1009);
    EXPECT_EQ(frames.error(), "a message of more than 1000 bytes (WebSocket close code 1009)");
}

TEST_P(WebSocketFramesTest, fragments_count_together_for_the_limit) {
    ByteBuffer input = masked(0x02, std::string(largest - 1, 'x'));
    base::append(input, masked(0x80, "yy"));
    feed(input);
    EXPECT_EQ(close_code(wire), 1009);
}

TEST_P(WebSocketFramesTest, a_message_of_the_limit_passes) {
    feed(masked(0x82, std::string(largest, 'x')));
    EXPECT_EQ(plain.size(), largest);
    EXPECT_FALSE(frames.is_over());
}

TEST_P(WebSocketFramesTest, violations_are_refused_with_1002) {
    const ByteBuffer unmasked{0x82, 0x01, 'x'};
    const ByteBuffer reserved_bit = masked(0xC2, "x");
    const ByteBuffer unknown_opcode = masked(0x83, "x");
    const ByteBuffer fragmented_ping = masked(0x09, "x");
    const ByteBuffer long_ping = masked(0x89, std::string(126, 'x'));
    const ByteBuffer continuation_of_nothing = masked(0x80, "x");
    for (const ByteBuffer& wrong :
         {unmasked,
          reserved_bit,
          unknown_opcode,
          fragmented_ping,
          long_ping,
          continuation_of_nothing}) {
        WebSocketFrames fresh(WebSocketRole::server, largest);
        ByteBuffer out;
        ByteBuffer answer;
        fresh.receive(wrong, out, answer);
        EXPECT_EQ(close_code(answer), 1002) << static_cast<int>(wrong[0]);
        EXPECT_TRUE(out.empty());
        EXPECT_EQ(
            fresh.error(), "a violation of the WebSocket protocol (WebSocket close code 1002)"
        );
    }
}

TEST_P(WebSocketFramesTest, a_close_frame_is_answered_and_ends_it) {
    feed(masked(0x88, std::string_view("\x03\xE8", 2)));
    EXPECT_EQ(close_code(wire), 1000);
    EXPECT_TRUE(frames.is_over());
    EXPECT_EQ(frames.error(), "");
    const std::size_t size = wire.size();
    frames.send(base::as_bytes("late"), wire);
    frames.close(1000, {}, wire);
    EXPECT_EQ(wire.size(), size);
}

TEST_P(WebSocketFramesTest, a_close_frame_without_code_is_orderly) {
    feed(masked(0x88, ""));
    EXPECT_TRUE(frames.is_over());
    EXPECT_EQ(frames.error(), "");
    EXPECT_EQ(wire[0], 0x88);
}

TEST_P(WebSocketFramesTest, the_code_of_an_unhappy_client_is_told) {
    feed(masked(0x88, std::string_view("\x03\xEA", 2)));
    EXPECT_EQ(frames.error(), "WebSocket closed with code 1002");
}

TEST_P(WebSocketFramesTest, what_was_sent_by_a_client_is_read_by_a_server_and_back) {
    base::FixedEntropy entropy(1);
    WebSocketFrames client(WebSocketRole::client, largest, &entropy);
    const std::string sizes[] = {
        "", std::string(125, 'a'), std::string(126, 'b'), std::string(999, 'c')};
    std::string all;
    for (const std::string& one : sizes) {
        ByteBuffer from_client;
        client.send(base::as_bytes(one), from_client);
        feed(from_client);
        frames.send(base::as_bytes(one), wire);
        all += one;
    }
    EXPECT_EQ(text(plain), all);
    ByteBuffer back;
    ByteBuffer from_client;
    client.receive(wire, back, from_client);
    EXPECT_EQ(text(back), all);
    EXPECT_TRUE(from_client.empty());
}

TEST(WebSocketFrames, a_long_frame_has_an_eight_byte_size) {
    WebSocketFrames server(WebSocketRole::server, largest);
    ByteBuffer wire;
    server.send(ByteBuffer(70'000, 7), wire);
    EXPECT_EQ(wire.size(), 70'010U);
    EXPECT_EQ(
        ByteBuffer(wire.begin(), wire.begin() + 10),
        (ByteBuffer{0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70})
    );
}

TEST(WebSocketFrames, a_client_refuses_masked_frames) {
    base::FixedEntropy entropy(1);
    WebSocketFrames client(WebSocketRole::client, largest, &entropy);
    ByteBuffer plain;
    ByteBuffer wire;
    client.receive(masked(0x82, "x"), plain, wire);
    EXPECT_TRUE(client.is_over());
    EXPECT_TRUE(plain.empty());
}

TEST(WebSocketFrames, ping_and_close_are_whole_frames) {
    WebSocketFrames server(WebSocketRole::server, largest);
    ByteBuffer wire;
    server.ping(wire);
    EXPECT_EQ(wire, (ByteBuffer{0x89, 0}));
    wire.clear();
    server.close(1001, "bye", wire);
    EXPECT_EQ(wire, (ByteBuffer{0x88, 5, 0x03, 0xE9, 'b', 'y', 'e'}));
    server.close(1000, "again", wire);
    EXPECT_EQ(wire.size(), 7U);
}

} // namespace

} // namespace net
