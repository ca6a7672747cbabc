#include "common/mqtt/codec/frame.hpp"
#include "tests/support/wire.hpp"
#include "tests/vectors/vector_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace mqtt::codec;
using vectors::parse_bytes;

constexpr std::size_t no_limit = 0;

TEST(Frame, type_flags_header_and_body_come_from_the_bytes) {
    const auto bytes = parse_bytes("3B 05 0001 \"a\" 0007 62");
    const FrameRead read = next_frame(bytes, no_limit);
    ASSERT_EQ(read.status, FrameStatus::complete);
    EXPECT_EQ(read.frame.type(), mqtt::PacketType::publish);
    EXPECT_EQ(read.frame.flags(), 0x0B);
    EXPECT_EQ(read.frame.header_size, 2);
    EXPECT_EQ(read.frame.size(), 7U);
    EXPECT_EQ(support::hex(read.frame.body), "0001610007");
}

TEST(Frame, empty_input_is_incomplete) {
    EXPECT_EQ(next_frame({}, no_limit).status, FrameStatus::incomplete);
    EXPECT_EQ(next_frame({}, no_limit).expected_size, 0U);
}

TEST(Frame, size_is_expected_as_soon_as_the_length_is_there) {
    const auto bytes = parse_bytes("30 C801 00*200");
    ASSERT_EQ(bytes.size(), 203U);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const FrameRead read = next_frame(base::Bytes(bytes).first(size), no_limit);
        EXPECT_EQ(read.status, FrameStatus::incomplete) << size;
        EXPECT_EQ(read.expected_size, size < 3 ? 0U : 203U) << size;
    }
    EXPECT_EQ(next_frame(bytes, no_limit).status, FrameStatus::complete);
}

// A connection gets bytes in pieces: wherever the stream is cut, the same frames come out.
std::vector<std::string> frames_of(const base::ByteBuffer& stream, std::size_t cut) {
    std::vector<std::string> frames;
    base::ByteBuffer pending;
    for (const auto& [from, to] : {std::pair{std::size_t{0}, cut}, {cut, stream.size()}}) {
        base::append(pending, base::Bytes(stream).subspan(from, to - from));
        while (true) {
            const FrameRead read = next_frame(pending, no_limit);
            if (read.status != FrameStatus::complete) break;
            frames.push_back(support::hex(read.frame.body));
            const auto size = static_cast<std::ptrdiff_t>(read.frame.size());
            pending.erase(pending.begin(), pending.begin() + size);
        }
    }
    EXPECT_TRUE(pending.empty()) << "cut at " << cut;
    return frames;
}

// shows [MQTT311-6.0.0-2]
TEST(Frame, a_stream_cut_at_any_byte_gives_the_same_frames) {
    const auto stream = parse_bytes("C000 30 8201 0001 61 7A*127 C000 32 05 0001 62 0001 E000");
    const auto whole = frames_of(stream, stream.size());
    ASSERT_EQ(whole.size(), 5U);
    for (std::size_t cut = 0; cut < stream.size(); ++cut)
        EXPECT_EQ(frames_of(stream, cut), whole) << "cut at " << cut;
}

TEST(Frame, what_follows_is_left_for_the_next_call) {
    const auto bytes = parse_bytes("D000 FFFFFFFFFFFF");
    const FrameRead read = next_frame(bytes, no_limit);
    ASSERT_EQ(read.status, FrameStatus::complete);
    EXPECT_EQ(read.frame.size(), 2U);
}

TEST(Frame, header_has_two_to_five_bytes) {
    struct Case {
        const char* header;
        std::size_t size;
        std::uint8_t header_size;
    };

    for (const Case& boundary :
         {Case{"30 00", 2, 2},
          {"30 7F", 129, 2},
          {"30 8001", 131, 3},
          {"30 FF7F", 16'386, 3},
          {"30 808001", 16'388, 4},
          {"30 FFFF7F", 2'097'155, 4},
          {"30 80808001", 2'097'157, 5}}) {
        base::ByteBuffer bytes = parse_bytes(boundary.header);
        if (boundary.size != bytes.size()) {
            EXPECT_EQ(next_frame(bytes, no_limit).expected_size, boundary.size) << boundary.header;
        }
        bytes.resize(boundary.size);
        const FrameRead read = next_frame(bytes, no_limit);
        ASSERT_EQ(read.status, FrameStatus::complete) << boundary.header;
        EXPECT_EQ(read.frame.header_size, boundary.header_size) << boundary.header;
        EXPECT_EQ(read.frame.size(), boundary.size) << boundary.header;
    }
}

TEST(Frame, largest_length_is_only_announced_not_allocated) {
    const FrameRead read = next_frame(parse_bytes("30 FFFFFF7F 00"), no_limit);
    EXPECT_EQ(read.status, FrameStatus::incomplete);
    EXPECT_EQ(read.expected_size, mqtt::max_remaining_length + 5);
}

TEST(Frame, limit_counts_the_whole_packet) {
    const auto bytes = parse_bytes("30 03 0001 61");
    EXPECT_EQ(next_frame(bytes, 5).status, FrameStatus::complete);
    const FrameRead read = next_frame(bytes, 4);
    ASSERT_EQ(read.status, FrameStatus::invalid);
    EXPECT_EQ(support::error_text(read.error), "0x95 MQTT-3.2.2-15 1");
}

TEST(Frame, too_large_packet_is_refused_before_its_body_arrives) {
    EXPECT_EQ(next_frame(parse_bytes("30 FF"), 100).status, FrameStatus::incomplete);
    const FrameRead read = next_frame(parse_bytes("30 FFFFFF7F"), 268'435'459);
    ASSERT_EQ(read.status, FrameStatus::invalid);
    EXPECT_EQ(read.error.reason, mqtt::ReasonCode::packet_too_large);
    EXPECT_EQ(next_frame(parse_bytes("30 FFFFFF7F"), 268'435'460).status, FrameStatus::incomplete);
}

// shows [MQTT-1.5.5-1]
TEST(Frame, malformed_length_is_refused_at_its_last_byte) {
    const auto bytes = parse_bytes("30 80808000");
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        EXPECT_EQ(
            next_frame(base::Bytes(bytes).first(size), no_limit).status, FrameStatus::incomplete
        );
    }
    EXPECT_EQ(support::error_text(next_frame(bytes, no_limit).error), "0x81 MQTT-1.5.5-1 1");
}

TEST(Frame, every_type_but_0_is_a_frame) {
    for (unsigned first = 0; first < 256; ++first) {
        const base::ByteBuffer bytes{static_cast<std::uint8_t>(first), 0};
        const auto expected = first < 16 ? FrameStatus::invalid : FrameStatus::complete;
        EXPECT_EQ(next_frame(bytes, no_limit).status, expected) << first;
    }
}

} // namespace
