// What the vectors do not show of the encoder: limits of size, and what older versions leave out.
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "tests/support/packet_text.hpp"
#include "tests/support/wire.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace mqtt;

constexpr ProtocolVersion v311 = ProtocolVersion::v311;
constexpr ProtocolVersion v5 = ProtocolVersion::v5;

template <typename Value>
std::string encoded(const Value& packet, ProtocolVersion version) {
    base::ByteBuffer out;
    codec::encode(Packet(packet), version, out);
    return support::hex(out);
}

// shows [MQTT-4.7.3-3] [MQTT311-4.7.3-3]
TEST(Encode, topic_name_of_65535_bytes_comes_back) {
    const std::string topic(max_string_length, 't');
    base::ByteBuffer out;
    codec::encode(Publish{.topic = topic, .properties = {}, .payload = {}}, v5, out);
    const auto packet = support::decode_bytes(out, v5, Sender::client);
    ASSERT_TRUE(packet.has_value());
    EXPECT_EQ(std::get<Publish>(*packet).topic, topic);
}

TEST(Encode, payload_size_crosses_each_length_of_the_remaining_length) {
    for (const std::size_t boundary :
         {std::size_t{127}, std::size_t{16'383}, std::size_t{2'097'151}}) {
        for (const std::size_t length : {boundary, boundary + 1}) {
            const base::ByteBuffer payload(length - 3, 0x2A); // topic "t" takes three bytes
            const Publish packet{.topic = "t", .properties = {}, .payload = payload};
            base::ByteBuffer out;
            codec::encode(packet, v311, out);
            EXPECT_EQ(out.size(), codec::encoded_size(packet, v311)) << length;
            const auto again = support::decode_bytes(out, v311, Sender::client);
            ASSERT_TRUE(again.has_value()) << length;
            EXPECT_EQ(std::get<Publish>(*again).payload.size(), payload.size());
        }
    }
}

TEST(Encode, encoded_size_counts_every_part_of_a_publish) {
    PropertyBuilder properties;
    for (int i = 0; i < 20; ++i)
        properties.user_property("name", "value");
    const std::string payload(300, 'p');
    const Publish packet{
        .qos = Qos::exactly_once,
        .packet_id = 7,
        .topic = "a/topic",
        .properties = properties.list(),
        .payload = base::as_bytes(payload),
    };
    for (const ProtocolVersion version : {ProtocolVersion::v31, v311, v5}) {
        base::ByteBuffer out{0xAA};
        codec::encode(packet, version, out);
        EXPECT_EQ(out.size() - 1, codec::encoded_size(packet, version)) << name_of(version);
    }
}

TEST(Encode, appends_behind_what_is_there) {
    base::ByteBuffer out{0xC0, 0x00};
    codec::encode(Connack{.properties = {}}, v311, out);
    codec::encode(
        Suback{.packet_id = 1, .properties = {}, .reasons = {ReasonCode::success}}, v311, out
    );
    codec::encode(Publish{.topic = "a", .properties = {}, .payload = {}}, v311, out);
    EXPECT_EQ(
        support::hex(out),
        "C000"
        "20020000"
        "9003000100"
        "3003000161"
    );
}

// shows [MQTT311-3.9.3-2]
TEST(Encode, older_versions_have_one_failure_code) {
    const Suback packet{
        .packet_id = 1,
        .properties = {},
        .reasons =
            {ReasonCode::granted_qos_2, ReasonCode::not_authorized, ReasonCode::quota_exceeded},
    };
    EXPECT_EQ(encoded(packet, v311), "90050001028080");
    EXPECT_EQ(encoded(packet, v5), "9006000100028797");
}

TEST(Encode, older_versions_leave_out_reasons_properties_and_options) {
    PropertyBuilder properties;
    properties.text(PropertyId::reason_string, "no");
    const PropertyList list = properties.list();
    const auto refused = ReasonCode::not_authorized;
    EXPECT_EQ(
        encoded(Puback{{.packet_id = 1, .reason = refused, .properties = list}}, v311), "40020001"
    );
    EXPECT_EQ(
        encoded(Unsuback{.packet_id = 1, .properties = list, .reasons = {refused}}, v311),
        "B0020001"
    );
    EXPECT_EQ(encoded(Disconnect{.reason = refused, .properties = list}, v311), "E000");
    EXPECT_EQ(encoded(Connack{.reason = refused, .properties = list}, v311), "20020005");
    const SubscriptionOptions options{
        .qos = Qos::at_least_once,
        .no_local = true,
        .retain_as_published = true,
        .retain_handling = RetainHandling::never,
    };
    const Subscribe subscribe{.packet_id = 1, .properties = {}, .requests = {{"a", options}}};
    EXPECT_EQ(encoded(subscribe, v311), "8206000100016101");
    EXPECT_EQ(
        encoded(subscribe, v5),
        "820700010000016"
        "12D"
    );
}

TEST(Encode, session_present_cannot_be_said_in_31) {
    const Connack packet{.session_present = true, .properties = {}};
    EXPECT_EQ(encoded(packet, ProtocolVersion::v31), "20020000");
    EXPECT_EQ(encoded(packet, v311), "20020100");
    EXPECT_EQ(encoded(packet, v5), "2003010000");
}

TEST(EncodeDeathTest, packets_that_cannot_be_written_stop_the_program) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    base::ByteBuffer out;
    const std::string too_long(max_string_length + 1, 't');
    const auto publish = [&](Qos qos, PacketId id, std::string_view topic) {
        codec::encode(
            Publish{.qos = qos, .packet_id = id, .topic = topic, .properties = {}, .payload = {}},
            v311,
            out
        );
    };
    EXPECT_DEATH(publish(Qos::at_most_once, 0, too_long), "fits its length");
    EXPECT_DEATH(publish(Qos::at_least_once, 0, "t"), "packet identifier");
    EXPECT_DEATH(publish(Qos::at_most_once, 1, "t"), "packet identifier");
    EXPECT_DEATH(codec::encode(Auth{.properties = {}}, v311, out), "5.0 only");
    EXPECT_DEATH(
        codec::encode(Subscribe{.packet_id = 1, .properties = {}, .requests = {}}, v5, out),
        "3.8.3-2"
    );
}

} // namespace
