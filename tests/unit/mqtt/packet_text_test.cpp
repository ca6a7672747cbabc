// The language of the vectors itself: what a line must look like, and that one cannot go unnoticed.
#include "tests/support/packet_text.hpp"
#include "tests/support/wire.hpp"
#include "tests/vectors/vector_file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using namespace mqtt;

TEST(VectorBytes, are_hexadecimal_text_or_repeated) {
    EXPECT_EQ(support::hex(vectors::parse_bytes("30 0c0D \"a b\" 61*3")), "300C0D612062616161");
    EXPECT_TRUE(vectors::parse_bytes("").empty());
}

TEST(VectorBytes, mistakes_are_errors) {
    for (const char* text : {"3", "3G", "30 \"open", "xx", "300"})
        EXPECT_THROW(static_cast<void>(vectors::parse_bytes(text)), std::exception) << text;
    EXPECT_THROW(static_cast<void>(vectors::load("no_such_file.txt")), std::runtime_error);
}

TEST(PacketText, tells_apart_packets_that_differ_in_one_field) {
    const Publish plain{.topic = "t", .properties = {}, .payload = {}};
    Publish other = plain;
    other.retain = true;
    EXPECT_NE(support::packet_text(plain), support::packet_text(other));
    other = plain;
    other.payload = base::as_bytes(" ");
    EXPECT_NE(support::packet_text(plain), support::packet_text(other));
    EXPECT_EQ(support::packet_text(plain), R"(PUBLISH topic="t")");
}

TEST(WireSupport, takes_exactly_one_packet) {
    const auto decode = [](const char* text) {
        return support::decode_bytes(
            vectors::parse_bytes(text), ProtocolVersion::v5, Sender::client
        );
    };
    EXPECT_TRUE(decode("C000").has_value());
    EXPECT_THROW(static_cast<void>(decode("C0")), std::runtime_error);
    EXPECT_THROW(static_cast<void>(decode("C000 C000")), std::runtime_error);
}

} // namespace
