#include "common/mqtt/codec/encode_within.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "tests/support/packet_text.hpp"
#include "tests/support/wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace mqtt;

constexpr ProtocolVersion v5 = ProtocolVersion::v5;

class EncodeWithin : public testing::Test {
protected:
    EncodeWithin() {
        properties_.user_property("a", "1")
            .text(PropertyId::reason_string, "why")
            .user_property("b", "2");
    }

    [[nodiscard]] PropertyList list() const { return properties_.list(); }

    /// What arrives at a client with this limit; "" when nothing was sent.
    template <typename Value>
    static std::string sent(const Value& packet, std::size_t limit) {
        base::ByteBuffer out{0xFF};
        if (!codec::encode_within(packet, v5, limit, out)) {
            EXPECT_EQ(out.size(), 1U) << "bytes of a packet that was not sent";
            return "";
        }
        const base::Bytes bytes = base::Bytes(out).subspan(1);
        if (limit != 0) {
            EXPECT_LE(bytes.size(), limit);
        }
        const auto decoded = support::decode_bytes(bytes, v5, Sender::server);
        return decoded.has_value() ? support::packet_text(*decoded) : "malformed";
    }

    /// Each of the four steps, at the first and the last limit at which it holds. minimal: the size
    /// without a property, bare: how much shorter it gets because the section is left out.
    template <typename Value>
    void expect_steps(const Value& packet, std::size_t minimal, const std::string& text) {
        const std::size_t with_reason = minimal + 6;
        const std::size_t whole = with_reason + 14;
        const std::string reason = R"( [reason-string="why"])";
        const std::string all =
            R"( [user-property="a":"1", reason-string="why", user-property="b":"2"])";
        EXPECT_EQ(sent(packet, 0), filled(text, all));
        EXPECT_EQ(sent(packet, whole), filled(text, all));
        EXPECT_EQ(sent(packet, whole - 1), filled(text, reason));
        EXPECT_EQ(sent(packet, with_reason), filled(text, reason));
        EXPECT_EQ(sent(packet, with_reason - 1), filled(text, ""));
    }

    /// text with its "{}" replaced.
    static std::string filled(std::string text, const std::string& properties) {
        return text.replace(text.find("{}"), 2, properties);
    }

private:
    PropertyBuilder properties_;
};

// shows [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.1.2-24]
TEST_F(EncodeWithin, connack_leaves_out_what_makes_it_too_large) {
    const Connack packet{.reason = ReasonCode::not_authorized, .properties = list()};
    expect_steps(packet, 5, "CONNACK reason=0x87{}");
    EXPECT_EQ(sent(packet, 5), "CONNACK reason=0x87");
    EXPECT_EQ(sent(packet, 4), "");
}

TEST_F(EncodeWithin, connack_keeps_what_is_more_than_words) {
    PropertyBuilder properties;
    properties.text(PropertyId::reason_string, "welcome")
        .number(PropertyId::receive_maximum, 10)
        .user_property("a", "b");
    const Connack packet{.properties = properties.list()};
    EXPECT_EQ(sent(packet, 8), "CONNACK reason=0x00 [receive-maximum=10]");
    EXPECT_EQ(sent(packet, 7), "");
}

// shows [MQTT-3.4.2-2] [MQTT-3.4.2-3]
TEST_F(EncodeWithin, puback_leaves_out_what_makes_it_too_large) {
    const Puback packet{
        {.packet_id = 7, .reason = ReasonCode::quota_exceeded, .properties = list()}};
    expect_steps(packet, 6, "PUBACK id=7 reason=0x97{}");
    EXPECT_EQ(sent(packet, 5), "PUBACK id=7 reason=0x97");
    EXPECT_EQ(sent(packet, 4), "");
}

// shows [MQTT-3.5.2-2] [MQTT-3.5.2-3]
TEST_F(EncodeWithin, pubrec_leaves_out_what_makes_it_too_large) {
    const Pubrec packet{
        {.packet_id = 7, .reason = ReasonCode::quota_exceeded, .properties = list()}};
    expect_steps(packet, 6, "PUBREC id=7 reason=0x97{}");
}

// shows [MQTT-3.6.2-2] [MQTT-3.6.2-3]
TEST_F(EncodeWithin, pubrel_leaves_out_what_makes_it_too_large) {
    const Pubrel packet{
        {.packet_id = 7, .reason = ReasonCode::packet_identifier_not_found, .properties = list()}};
    expect_steps(packet, 6, "PUBREL id=7 reason=0x92{}");
}

// shows [MQTT-3.7.2-2] [MQTT-3.7.2-3]
TEST_F(EncodeWithin, pubcomp_leaves_out_what_makes_it_too_large) {
    const Pubcomp packet{
        {.packet_id = 7, .reason = ReasonCode::packet_identifier_not_found, .properties = list()}};
    expect_steps(packet, 6, "PUBCOMP id=7 reason=0x92{}");
}

// shows [MQTT-3.9.2-1] [MQTT-3.9.2-2]
TEST_F(EncodeWithin, suback_leaves_out_what_makes_it_too_large) {
    const Suback packet{
        .packet_id = 7, .properties = list(), .reasons = {ReasonCode::granted_qos_1}};
    expect_steps(packet, 6, "SUBACK id=7{} reasons=0x01");
    EXPECT_EQ(sent(packet, 5), "");
}

// shows [MQTT-3.11.2-1] [MQTT-3.11.2-2]
TEST_F(EncodeWithin, unsuback_leaves_out_what_makes_it_too_large) {
    const Unsuback packet{.packet_id = 7, .properties = list(), .reasons = {ReasonCode::success}};
    expect_steps(packet, 6, "UNSUBACK id=7{} reasons=0x00");
}

// shows [MQTT-3.14.2-3] [MQTT-3.14.2-4]
TEST_F(EncodeWithin, disconnect_leaves_out_what_makes_it_too_large) {
    const Disconnect packet{.reason = ReasonCode::server_shutting_down, .properties = list()};
    expect_steps(packet, 4, "DISCONNECT reason=0x8B{}");
    EXPECT_EQ(sent(packet, 3), "DISCONNECT reason=0x8B");
    EXPECT_EQ(sent(packet, 2), "");
}

// shows [MQTT-3.15.2-2] [MQTT-3.15.2-3]
TEST_F(EncodeWithin, auth_keeps_its_method_and_leaves_out_what_makes_it_too_large) {
    PropertyBuilder properties;
    properties.text(PropertyId::authentication_method, "M")
        .text(PropertyId::reason_string, "why")
        .user_property("a", "1");
    const Auth packet{
        .reason = ReasonCode::continue_authentication, .properties = properties.list()};
    EXPECT_EQ(
        sent(packet, 14), R"(AUTH reason=0x18 [authentication-method="M", reason-string="why"])"
    );
    EXPECT_EQ(sent(packet, 13), R"(AUTH reason=0x18 [authentication-method="M"])");
    EXPECT_EQ(sent(packet, 8), R"(AUTH reason=0x18 [authentication-method="M"])");
    EXPECT_EQ(sent(packet, 7), "");
}

TEST_F(EncodeWithin, older_versions_have_neither_properties_nor_a_limit) {
    base::ByteBuffer out;
    const Connack packet{.reason = ReasonCode::not_authorized, .properties = list()};
    EXPECT_TRUE(codec::encode_within(packet, ProtocolVersion::v311, 0, out));
    EXPECT_EQ(support::hex(out), "20020005");
}

} // namespace
