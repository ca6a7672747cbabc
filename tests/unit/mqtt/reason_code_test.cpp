// The reason codes against the lists of the standard, packet by packet: all 256 values of each.
#include "common/mqtt/spec/reason_code.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace mqtt;

struct Carrier {
    PacketType type;
    Sender sender;
    std::set<unsigned> codes;
};

const std::set<unsigned> publish_codes{0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99};
const std::set<unsigned> release_codes{0x00, 0x92};

const std::vector<Carrier>& carriers() {
    static const std::vector<Carrier> table{
        // 3.2.2.2
        {PacketType::connack, Sender::server, {0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86,
                                               0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97,
                                               0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F}},
        // 3.4.2.1, 3.5.2.1, 3.6.2.1, 3.7.2.1: the same for both sides
        {PacketType::puback, Sender::client, publish_codes},
        {PacketType::puback, Sender::server, publish_codes},
        {PacketType::pubrec, Sender::client, publish_codes},
        {PacketType::pubrec, Sender::server, publish_codes},
        {PacketType::pubrel, Sender::client, release_codes},
        {PacketType::pubrel, Sender::server, release_codes},
        {PacketType::pubcomp, Sender::client, release_codes},
        {PacketType::pubcomp, Sender::server, release_codes},
        // 3.9.3
        {PacketType::suback,
         Sender::server,
         {0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2}},
        // 3.11.3
        {PacketType::unsuback, Sender::server, {0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91}},
        // 3.14.2.1
        {PacketType::disconnect,
         Sender::client,
         {0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99}},
        // 0x00 is in no list of a server, but an absent body means it. 0x8C is in table 2-6 only.
        {PacketType::disconnect,
         Sender::server,
         {0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94,
          0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2}},
        // 3.15.2.1
        {PacketType::auth, Sender::client, {0x18, 0x19}},
        {PacketType::auth, Sender::server, {0x00, 0x18}},
    };
    return table;
}

TEST(ReasonCode, each_packet_carries_the_codes_of_its_list_and_no_others) {
    for (const Carrier& carrier : carriers()) {
        for (unsigned value = 0; value < 256; ++value) {
            const auto found =
                reason_code_for(carrier.type, carrier.sender, static_cast<std::uint8_t>(value));
            EXPECT_EQ(found.has_value(), carrier.codes.contains(value))
                << name_of(carrier.type) << " of side " << static_cast<int>(carrier.sender)
                << " with " << value;
            if (found) {
                EXPECT_EQ(static_cast<unsigned>(*found), value);
            }
        }
    }
}

TEST(ReasonCode, packets_without_reason_codes_carry_none) {
    for (const auto type : {PacketType::connect, PacketType::publish, PacketType::pingreq}) {
        for (unsigned value = 0; value < 256; ++value) {
            EXPECT_EQ(
                reason_code_for(type, Sender::client, static_cast<std::uint8_t>(value)),
                std::nullopt
            );
        }
    }
}

TEST(ReasonCode, every_code_has_a_name) {
    std::set<unsigned> all;
    for (const Carrier& carrier : carriers())
        all.insert(carrier.codes.begin(), carrier.codes.end());
    for (unsigned value = 0; value < 256; ++value) {
        const bool known = name_of(static_cast<ReasonCode>(value)) != "Unknown reason code";
        EXPECT_EQ(known, all.contains(value)) << value;
    }
    EXPECT_EQ(name_of(ReasonCode::session_taken_over), "Session taken over");
    EXPECT_EQ(name_of(ReasonCode::not_authorized), "Not authorized");
}

TEST(ReasonCode, errors_begin_at_0x80) {
    EXPECT_FALSE(is_error(ReasonCode::success));
    EXPECT_FALSE(is_error(ReasonCode::reauthenticate));
    EXPECT_TRUE(is_error(ReasonCode::unspecified_error));
    EXPECT_TRUE(is_error(ReasonCode::wildcard_subscriptions_not_supported));
}

TEST(ReturnCode, the_six_of_the_older_versions_go_both_ways) {
    for (std::uint8_t value = 0; value <= 5; ++value) {
        const auto reason = from_connack_return_code(value);
        ASSERT_TRUE(reason.has_value());
        EXPECT_EQ(connack_return_code(*reason), value);
    }
    for (unsigned value = 6; value < 256; ++value)
        EXPECT_EQ(from_connack_return_code(static_cast<std::uint8_t>(value)), std::nullopt);
}

TEST(ReturnCode, what_the_older_versions_cannot_say_becomes_the_nearest) {
    EXPECT_EQ(connack_return_code(ReasonCode::bad_authentication_method), 4);
    EXPECT_EQ(connack_return_code(ReasonCode::banned), 5);
    EXPECT_EQ(connack_return_code(ReasonCode::server_busy), 3);
    EXPECT_EQ(connack_return_code(ReasonCode::quota_exceeded), 3);
    for (unsigned value = 0x80; value < 256; ++value) {
        const auto code = connack_return_code(static_cast<ReasonCode>(value));
        EXPECT_GE(code, 1) << value;
        EXPECT_LE(code, 5) << value;
    }
}

TEST(Protocol, names_are_those_of_the_standard) {
    EXPECT_EQ(name_of(PacketType::connect), "CONNECT");
    EXPECT_EQ(name_of(PacketType::pubcomp), "PUBCOMP");
    EXPECT_EQ(name_of(PacketType::auth), "AUTH");
    EXPECT_EQ(name_of(ProtocolVersion::v31), "3.1");
    EXPECT_EQ(name_of(ProtocolVersion::v311), "3.1.1");
    EXPECT_EQ(name_of(ProtocolVersion::v5), "5.0");
}

} // namespace
