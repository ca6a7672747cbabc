#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/varint.hpp"
#include "tests/support/wire.hpp"
#include "tests/vectors/vector_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace {

using namespace mqtt::codec;

struct Known {
    std::uint32_t value;
    const char* bytes;
};

constexpr std::array known{
    Known{0, "00"},
    Known{1, "01"},
    Known{127, "7F"},
    Known{128, "8001"},
    Known{321, "C102"},
    Known{16'383, "FF7F"},
    Known{16'384, "808001"},
    Known{2'097'151, "FFFF7F"},
    Known{2'097'152, "80808001"},
    Known{268'435'455, "FFFFFF7F"},
};

/// Holds the bytes that its reader reads.
struct Reading {
    explicit Reading(const std::string& text) : bytes(vectors::parse_bytes(text)) {}

    base::ByteBuffer bytes;
    ByteReader in{Frame{.body = bytes}, mqtt::ProtocolVersion::v5};
};

std::string error_of(const std::string& text) {
    Reading reading(text);
    EXPECT_EQ(reading.in.variable(), 0U) << text;
    EXPECT_FALSE(reading.in.ok()) << text;
    return support::error_text(reading.in.error());
}

TEST(VariableInteger, writes_the_bytes_of_the_standard) {
    for (const Known& row : known) {
        std::array<std::uint8_t, 4> out{};
        const std::uint8_t* end = write_variable(out.data(), row.value);
        const auto size = static_cast<std::size_t>(end - out.data());
        EXPECT_EQ(support::hex(base::Bytes(out).first(size)), row.bytes);
        EXPECT_EQ(variable_size(row.value), size) << row.value;
    }
}

TEST(VariableInteger, reads_what_it_writes) {
    for (const Known& row : known) {
        Reading reading(row.bytes);
        EXPECT_EQ(reading.in.variable(), row.value);
        EXPECT_TRUE(reading.in.ok() && reading.in.at_end()) << row.bytes;
    }
}

// shows [MQTT-1.5.5-1]
TEST(VariableInteger, more_bytes_than_needed_are_malformed) {
    for (const char* text : {"8000", "808000", "80808000", "FF00", "FFFF00", "FFFFFF00"})
        EXPECT_EQ(error_of(text), "0x81 MQTT-1.5.5-1 2") << text;
}

TEST(VariableInteger, fifth_byte_is_malformed) {
    for (const char* text : {"8080808001", "FFFFFFFF7F", "FFFFFFFF"})
        EXPECT_EQ(error_of(text), "0x81 MQTT5 1.5.5 2") << text;
}

TEST(VariableInteger, cut_is_malformed) {
    for (const char* text : {"", "80", "FFFF", "FFFFFF"})
        EXPECT_EQ(error_of(text), "0x81 MQTT-4.13.1-1 2") << text;
}

TEST(ByteReader, first_error_stays_and_everything_after_it_is_nothing) {
    Reading reading("0000 0009 61 62 63");
    EXPECT_EQ(reading.in.packet_id(), 0);
    EXPECT_EQ(reading.in.byte(), 0);
    EXPECT_EQ(reading.in.two_bytes(), 0);
    EXPECT_EQ(reading.in.four_bytes(), 0U);
    EXPECT_TRUE(reading.in.text().empty());
    EXPECT_TRUE(reading.in.binary().empty());
    EXPECT_TRUE(reading.in.rest().empty());
    EXPECT_TRUE(reading.in.at_end());
    EXPECT_EQ(support::error_text(reading.in.error()), "0x82 MQTT-2.2.1-3 2");
}

TEST(ByteReader, integers_are_big_endian) {
    Reading reading("01 0203 04050607");
    EXPECT_EQ(reading.in.byte(), 0x01);
    EXPECT_EQ(reading.in.two_bytes(), 0x0203);
    EXPECT_EQ(reading.in.four_bytes(), 0x04050607U);
    EXPECT_TRUE(reading.in.ok() && reading.in.at_end());
}

TEST(ByteReader, integer_that_is_cut_is_reported_where_it_begins) {
    Reading reading("AA 010203");
    EXPECT_EQ(reading.in.byte(), 0xAA);
    EXPECT_EQ(reading.in.four_bytes(), 0U);
    EXPECT_EQ(support::error_text(reading.in.error()), "0x81 MQTT-4.13.1-1 3");
}

} // namespace
