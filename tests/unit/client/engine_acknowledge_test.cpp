// Acknowledgements that the user gives.
#include "tests/unit/client/engine_script.hpp"
#include "tests/unit/client/packets.hpp"

#include <gtest/gtest.h>

namespace client::engine {
namespace {

using mqtt::Qos;

constexpr auto qos0 = Qos::at_most_once;
constexpr auto qos1 = Qos::at_least_once;
constexpr auto qos2 = Qos::exactly_once;

SessionOptions manual() {
    SessionOptions options;
    options.version = mqtt::ProtocolVersion::v5;
    options.manual_acknowledgement = true;
    options.session_expiry_interval = 100;
    options.clean_start = false;
    return options;
}

mqtt::Connack with_session() {
    mqtt::Connack connack;
    connack.session_present = true;
    return connack;
}

mqtt::Publish again(std::string_view topic, Qos qos, mqtt::PacketId id) {
    mqtt::Publish packet = publish(topic, "x", qos, id);
    packet.dup = true;
    return packet;
}

mqtt::Pubrel pubrel(mqtt::PacketId id) {
    mqtt::Pubrel packet;
    packet.packet_id = id;
    return packet;
}

TEST(EngineAcknowledge, nothing_is_acknowledged_before_the_user_says_so) {
    EngineScript script(manual());
    script.connect();
    script.receive(publish("a", "x", qos1, 5));
    script.receive(publish("b", "x", qos2, 6));
    script.receive(publish("c", "x", qos0, 0));
    EXPECT_EQ(script.events(), "delivery 1 a\ndelivery 2 b\ndelivery 0 c\n");
    EXPECT_EQ(script.sent(), "");
    script.engine.acknowledge(1);
    EXPECT_EQ(script.sent(), "PUBACK id=5 reason=0x00\n");
    script.engine.acknowledge(2);
    EXPECT_EQ(script.sent(), "PUBREC id=6 reason=0x00\n");
    script.receive(pubrel(6));
    EXPECT_EQ(script.sent(), "PUBCOMP id=6 reason=0x00\n");
}

TEST(EngineAcknowledge, they_go_out_in_the_order_in_which_the_messages_came) {
    EngineScript script(manual());
    script.connect();
    for (mqtt::PacketId id = 7; id <= 9; ++id)
        script.receive(publish("a", "x", id == 8 ? qos2 : qos1, id));
    script.engine.acknowledge(3);
    script.engine.acknowledge(2);
    EXPECT_EQ(script.sent(), "");
    script.engine.acknowledge(1);
    EXPECT_EQ(
        script.sent(), "PUBACK id=7 reason=0x00\nPUBREC id=8 reason=0x00\nPUBACK id=9 reason=0x00\n"
    );
}

TEST(EngineAcknowledge, what_comes_again_while_the_user_has_it_is_not_delivered_twice) {
    EngineScript script(manual());
    script.connect();
    script.receive(publish("a", "x", qos1, 5));
    script.receive(publish("b", "x", qos2, 6));
    script.reconnect(with_session());
    (void)script.events();
    script.receive(again("a", qos1, 5));
    script.receive(again("b", qos2, 6));
    EXPECT_EQ(script.events(), "");
    EXPECT_EQ(script.sent(), "");
    script.engine.acknowledge(1);
    script.engine.acknowledge(2);
    EXPECT_EQ(script.sent(), "PUBACK id=5 reason=0x00\nPUBREC id=6 reason=0x00\n");
}

TEST(EngineAcknowledge, what_was_done_without_a_connection_is_acknowledged_when_it_comes_again) {
    EngineScript script(manual());
    script.connect();
    script.receive(publish("a", "x", qos1, 5));
    script.receive(publish("b", "x", qos2, 6));
    script.engine.on_closed();
    script.engine.acknowledge(2);
    script.engine.acknowledge(1);
    script.engine.on_opened(script.clock.now());
    script.receive(with_session());
    (void)script.events();
    (void)script.sent();
    script.receive(again("a", qos1, 5));
    EXPECT_EQ(script.sent(), "PUBACK id=5 reason=0x00\n");
    script.receive(again("b", qos2, 6));
    EXPECT_EQ(script.sent(), "PUBREC id=6 reason=0x00\n");
    EXPECT_EQ(script.events(), "");
}

TEST(EngineAcknowledge, a_lost_pubrec_is_sent_again) {
    EngineScript script(manual());
    script.connect();
    script.receive(publish("b", "x", qos2, 6));
    script.engine.acknowledge(1);
    EXPECT_EQ(script.sent(), "PUBREC id=6 reason=0x00\n");
    script.reconnect(with_session());
    (void)script.events();
    script.receive(again("b", qos2, 6));
    EXPECT_EQ(script.events(), "");
    EXPECT_EQ(script.sent(), "PUBREC id=6 reason=0x00\n");
}

TEST(EngineAcknowledge, an_identifier_in_use_for_a_new_message_is_a_new_delivery) {
    EngineScript script(manual());
    script.connect();
    script.receive(publish("a", "x", qos1, 5));
    script.reconnect(with_session());
    (void)script.events();
    script.receive(publish("other", "x", qos1, 5));
    EXPECT_EQ(script.events(), "delivery 2 other\n");
    script.engine.acknowledge(1);
    EXPECT_EQ(script.sent(), "");
    script.engine.acknowledge(2);
    EXPECT_EQ(script.sent(), "PUBACK id=5 reason=0x00\n");
}

TEST(EngineAcknowledge, a_session_that_is_gone_takes_its_messages_along) {
    EngineScript script(manual());
    script.connect();
    script.receive(publish("a", "x", qos1, 5));
    script.reconnect({});
    (void)script.events();
    (void)script.sent();
    script.engine.acknowledge(1);
    EXPECT_EQ(script.sent(), "");
    script.receive(publish("b", "x", qos1, 5));
    EXPECT_EQ(script.events(), "delivery 2 b\n");
}

} // namespace
} // namespace client::engine
