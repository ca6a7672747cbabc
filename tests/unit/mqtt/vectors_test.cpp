// Runs the packet vectors of tests/vectors: what decodes, to what, and why the rest does not.
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/codec/plain_publish.hpp"
#include "common/mqtt/codec/rules.hpp"
#include "tests/support/packet_text.hpp"
#include "tests/support/wire.hpp"
#include "tests/vectors/vector_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace {

using namespace mqtt;
using vectors::PacketVector;

codec::Decoded<Packet> decode_vector(const PacketVector& vector) {
    return support::decode_bytes(vector.bytes, vector.version, vector.sender);
}

std::vector<PacketVector> all_vectors() {
    std::vector<PacketVector> all;
    for (const std::string& file : vectors::file_names()) {
        for (PacketVector& vector : vectors::load(file))
            all.push_back(std::move(vector));
    }
    return all;
}

std::string label(const PacketVector& vector) {
    return vector.where + ": " + vector.name;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
    return info.param.substr(0, info.param.find('.'));
}

class Vectors : public testing::TestWithParam<std::string> {};

TEST_P(Vectors, valid_packets_mean_what_is_written) {
    for (const PacketVector& vector : vectors::load(GetParam())) {
        if (!vector.is_valid()) continue;
        const auto packet = decode_vector(vector);
        if (packet.has_error()) {
            ADD_FAILURE() << label(vector) << ": refused: " << support::error_text(packet.error());
        } else {
            EXPECT_EQ(support::packet_text(*packet), vector.meaning) << label(vector);
        }
    }
}

TEST_P(Vectors, valid_packets_encode_to_the_same_bytes) {
    for (const PacketVector& vector : vectors::load(GetParam())) {
        if (!vector.is_valid()) continue;
        const auto packet = decode_vector(vector);
        ASSERT_TRUE(packet.has_value()) << label(vector);
        base::ByteBuffer bytes;
        codec::encode(*packet, vector.version, bytes);
        EXPECT_EQ(bytes == vector.bytes, vector.canonical)
            << label(vector) << ": encoded as " << support::hex(bytes);
        const auto again = support::decode_bytes(bytes, vector.version, vector.sender);
        ASSERT_TRUE(again.has_value()) << label(vector);
        EXPECT_EQ(support::packet_text(*again), vector.meaning) << label(vector);
    }
}

TEST_P(Vectors, malformed_packets_name_reason_clause_and_offset) {
    for (const PacketVector& vector : vectors::load(GetParam())) {
        if (vector.is_valid()) continue;
        const auto packet = decode_vector(vector);
        if (packet.has_error()) {
            EXPECT_EQ(support::error_text(packet.error()), vector.error) << label(vector);
            EXPECT_FALSE(packet.error().what.empty()) << label(vector);
        } else {
            ADD_FAILURE() << label(vector) << ": accepted: " << support::packet_text(*packet);
        }
    }
}

// Every prefix lies in memory of exactly its size, so that the address sanitizer sees a read past
// the end.
TEST_P(Vectors, packets_cut_short_are_read_to_their_end_and_no_further) {
    for (const PacketVector& vector : vectors::load(GetParam())) {
        const auto whole = codec::next_frame(vector.bytes, 0);
        if (whole.status != codec::FrameStatus::complete) continue;
        for (std::size_t size = 0; size < whole.frame.body.size(); ++size) {
            const base::ByteBuffer body(
                whole.frame.body.begin(),
                whole.frame.body.begin() + static_cast<std::ptrdiff_t>(size)
            );
            codec::Frame frame = whole.frame;
            frame.body = body;
            const auto packet = codec::decode(frame, vector.version, vector.sender);
            if (packet.has_error()) {
                EXPECT_LE(packet.error().offset, frame.size()) << label(vector) << " cut " << size;
            } else {
                EXPECT_FALSE(support::packet_text(*packet).empty());
            }
        }
    }
}

// shows [MQTT311-6.0.0-2]
TEST_P(Vectors, frames_are_complete_with_their_last_byte_and_not_before) {
    for (const PacketVector& vector : vectors::load(GetParam())) {
        if (!vector.is_valid()) continue;
        for (std::size_t size = 0; size < vector.bytes.size(); ++size) {
            const base::ByteBuffer part(
                vector.bytes.begin(), vector.bytes.begin() + static_cast<std::ptrdiff_t>(size)
            );
            EXPECT_EQ(codec::next_frame(part, 0).status, codec::FrameStatus::incomplete)
                << label(vector) << " cut " << size;
        }
    }
}

TEST_P(Vectors, the_short_way_to_frames_and_publish_packets_leads_to_the_same) {
    for (const PacketVector& vector : vectors::load(GetParam())) {
        const auto read = codec::next_frame(vector.bytes, 0);
        codec::Frame frame;
        if (!codec::short_frame(vector.bytes, 0, frame)) continue;
        ASSERT_EQ(read.status, codec::FrameStatus::complete) << label(vector);
        EXPECT_EQ(support::hex(frame.bytes()), support::hex(read.frame.bytes())) << label(vector);
        EXPECT_EQ(frame.header_size, read.frame.header_size) << label(vector);
        EXPECT_EQ(frame.first_byte, read.frame.first_byte) << label(vector);
        Publish plain;
        const bool is_v5 = vector.version == ProtocolVersion::v5;
        if (frame.type() != PacketType::publish || !codec::plain_publish(frame, is_v5, plain)) {
            continue;
        }
        const auto decoded = codec::decode_publish(frame, vector.version, vector.sender);
        ASSERT_TRUE(decoded.has_value()) << label(vector);
        EXPECT_EQ(support::packet_text(plain), support::packet_text(*decoded)) << label(vector);
        EXPECT_EQ(support::hex(plain.received), support::hex(frame.bytes())) << label(vector);
    }
}

INSTANTIATE_TEST_SUITE_P(Files, Vectors, testing::ValuesIn(vectors::file_names()), test_name);

TEST(VectorFiles, hold_enough_packets_of_each_kind) {
    const auto all = all_vectors();
    const auto count = [&all](auto matches) {
        return std::count_if(all.begin(), all.end(), matches);
    };
    EXPECT_GE(all.size(), 400U);
    for (const auto version : {ProtocolVersion::v31, ProtocolVersion::v311, ProtocolVersion::v5}) {
        const auto valid = [version](const PacketVector& vector) {
            return vector.version == version && vector.is_valid();
        };
        const auto malformed = [version](const PacketVector& vector) {
            return vector.version == version && !vector.is_valid();
        };
        EXPECT_GE(count(valid), 50) << name_of(version);
        EXPECT_GE(count(malformed), 50) << name_of(version);
    }
}

TEST(VectorFiles, publish_packets_of_every_qos_and_version_go_the_short_way) {
    std::set<std::string> kinds;
    for (const PacketVector& vector : all_vectors()) {
        const auto read = codec::next_frame(vector.bytes, 0);
        if (!vector.is_valid() || read.frame.type() != PacketType::publish) continue;
        Publish plain;
        const bool is_v5 = vector.version == ProtocolVersion::v5;
        if (!codec::plain_publish(read.frame, is_v5, plain)) continue;
        kinds.insert(std::to_string(static_cast<unsigned>(plain.qos)) + (is_v5 ? " v5" : ""));
    }
    EXPECT_EQ(kinds, (std::set<std::string>{"0", "0 v5", "1", "1 v5", "2", "2 v5"}));
}

TEST(VectorFiles, every_vector_has_a_name_of_its_own) {
    std::set<std::string> names;
    for (const PacketVector& vector : all_vectors())
        EXPECT_TRUE(names.insert(vector.name).second) << label(vector);
}

TEST(VectorFiles, every_rule_of_the_wire_is_broken_by_a_vector) {
    std::set<std::string_view> seen;
    for (const PacketVector& vector : all_vectors()) {
        const auto packet = decode_vector(vector);
        if (packet.has_error()) seen.insert(packet.error().what);
    }
    for (const codec::RuleRow& row : codec::rule_table()) {
        if (row.rule == codec::Rule::packet_fits_limit) continue; // a limit, not a form: frame_test
        EXPECT_TRUE(seen.contains(row.what)) << row.what;
    }
}

} // namespace
