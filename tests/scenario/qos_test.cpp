// QoS 1 and 2 in both directions: acknowledgements, duplicates, resending, windows. [MQTT5 4.3]
// [MQTT5 4.4] [MQTT5 4.9]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

MIDGE_SCENARIOS(Flows);

// shows [MQTT-3.3.4-1] [MQTT-4.3.2-4] [MQTT-4.3.2-5] [MQTT-2.2.1-5] [MQTT-3.4.2-1]
TEST_P(Flows, qos1_is_acknowledged_and_its_identifier_is_free_again) {
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    pub.publish("t", "a", {.qos = 1, .id = 77});
    pub.publish("t", "b", {.qos = 1, .id = 77});
    EXPECT_EQ(pub.next(), "PUBACK id=77 reason=0x00");
    EXPECT_EQ(pub.next(), "PUBACK id=77 reason=0x00");
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"a\"");
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 id=2 topic=\"t\" payload=\"b\"");
}

TEST_P(Flows, a_v5_publisher_hears_that_nobody_has_subscribed) {
    FakePeer pub = connect("pub");
    pub.publish("t", "x", {.qos = 1, .id = 1});
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x10");
    pub.publish("t", "x", {.qos = 2, .id = 2});
    EXPECT_EQ(pub.next(), "PUBREC id=2 reason=0x10");
    pub.pubrel(2);
    EXPECT_EQ(pub.next(), "PUBCOMP id=2 reason=0x00");
}

// shows [MQTT-4.3.3-8] [MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-4.3.3-12] [MQTT-3.5.2-1]
// [MQTT-3.7.2-1] [MQTT311-4.3.3-2] [MQTT311-2.3.1-6] [MQTT311-3.3.4-1]
TEST_P(Flows, qos2_duplicate_is_acked_but_not_routed) {
    for (const ProtocolVersion version : {v311, v5}) {
        FakePeer sub = connect("sub", {.version = version});
        sub.subscribe("t", {.qos = 0});
        FakePeer pub = connect("pub", {.version = version});
        pub.publish("t", "once", {.qos = 2, .id = 5});
        EXPECT_EQ(pub.next(), "PUBREC id=5 reason=0x00");
        pub.publish("t", "once", {.qos = 2, .dup = true, .id = 5});
        EXPECT_EQ(pub.next(), "PUBREC id=5 reason=0x00");
        EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"once\"");
        EXPECT_EQ(sub.next(), "nothing");
        pub.pubrel(5);
        EXPECT_EQ(pub.next(), "PUBCOMP id=5 reason=0x00");
        pub.publish("t", "new", {.qos = 2, .id = 5});
        EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"new\"");
    }
}

// shows [MQTT-3.7.2-1]
TEST_P(Flows, an_unknown_pubrel_is_answered_with_0x92) {
    FakePeer v5_client = connect("a");
    v5_client.pubrel(9);
    EXPECT_EQ(v5_client.next(), "PUBCOMP id=9 reason=0x92");
    FakePeer v3_client = connect("b", {.version = v311});
    v3_client.pubrel(9);
    EXPECT_EQ(v3_client.next(), "PUBCOMP id=9 reason=0x00");
}

TEST_P(Flows, qos2_state_of_a_publisher_survives_its_connection) {
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 0});
    FakePeer pub = connect_persistent("pub");
    pub.publish("t", "once", {.qos = 2, .id = 5});
    pub.drop();
    FakePeer again = connect_persistent("pub");
    again.publish("t", "once", {.qos = 2, .dup = true, .id = 5});
    EXPECT_EQ(again.next(), "PUBREC id=5 reason=0x00");
    again.pubrel(5);
    EXPECT_EQ(again.next(), "PUBCOMP id=5 reason=0x00");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"once\"");
    EXPECT_EQ(sub.next(), "nothing");
}

// shows [MQTT-4.3.3-1] [MQTT-4.3.3-2] [MQTT-4.3.3-4] [MQTT-3.3.1-3] [MQTT-3.6.2-1]
// [MQTT311-4.3.3-1] [MQTT311-3.3.1-3]
TEST_P(Flows, qos2_to_a_subscriber_goes_through_all_four_packets) {
    for (const ProtocolVersion version : {v311, v5}) {
        FakePeer sub = connect("sub", {.version = version});
        sub.subscribe("t", {.qos = 2});
        connect("pub").publish("t", "x", {.qos = 2, .dup = true});
        EXPECT_EQ(sub.next(), "PUBLISH qos=2 id=1 topic=\"t\" payload=\"x\"");
        sub.pubrec(1);
        EXPECT_EQ(sub.next(), "PUBREL id=1 reason=0x00");
        EXPECT_EQ(count(&mqttd::Counters::stored_messages), 0U);
        sub.pubcomp(1);
        EXPECT_EQ(sub.next(), "nothing");
    }
}

// shows [MQTT-4.4.0-1] [MQTT-3.3.1-1] [MQTT-4.3.2-3] [MQTT-4.3.3-3] [MQTT-4.3.3-5] [MQTT-4.3.3-6]
// [MQTT311-4.4.0-1] [MQTT311-3.3.1-1] [MQTT311-4.6.0-1]
TEST_P(Flows, what_was_not_acknowledged_is_sent_again_in_order_after_a_reconnect) {
    for (const ProtocolVersion version : {v311, v5}) {
        FakePeer sub = connect_persistent("sub", version);
        sub.subscribe("t", {.qos = 2});
        FakePeer pub = connect("pub");
        pub.publish("t", "a", {.qos = 1});
        pub.publish("t", "b", {.qos = 2});
        pub.publish("t", "c", {.qos = 2});
        sub.pubrec(2);
        sub.drop();
        broker().advance(1h);

        FakePeer again = connect_persistent("sub", version);
        EXPECT_EQ(again.next(), "PUBLISH dup qos=1 id=1 topic=\"t\" payload=\"a\"");
        EXPECT_EQ(again.next(), "PUBREL id=2 reason=0x00");
        EXPECT_EQ(again.next(), "PUBLISH dup qos=2 id=3 topic=\"t\" payload=\"c\"");
        EXPECT_EQ(again.next(), "nothing");
        again.puback(1);
        again.pubcomp(2);
        again.pubrec(3);
        again.pubcomp(3);
        again.drop();
        connect("sub", {.version = version}).drop(); // clean again
    }
}

// shows [MQTT-4.4.0-1]
TEST_P(Flows, nothing_is_sent_again_while_the_connection_lasts) {
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 2});
    connect("pub").publish("t", "x", {.qos = 1});
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"x\"");
    broker().advance(24h);
    EXPECT_EQ(sub.next(), "nothing");
}

// shows [MQTT-4.4.0-2]
TEST_P(Flows, a_refusal_by_the_subscriber_ends_the_delivery) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 2});
    FakePeer pub = connect("pub");
    pub.publish("t", "a", {.qos = 1});
    pub.publish("t", "b", {.qos = 2});
    sub.skip_all();
    sub.puback(1, ReasonCode::implementation_specific_error);
    sub.pubrec(2, ReasonCode::quota_exceeded);
    EXPECT_EQ(sub.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 0U);
    sub.drop();
    EXPECT_EQ(connect_persistent("sub").next(), "nothing");
}

// shows [MQTT-3.3.4-9] [MQTT-4.9.0-2] [MQTT-2.2.1-4] [MQTT-4.3.2-1]
TEST_P(Flows, receive_maximum_of_the_client_limits_what_is_in_flight) {
    FakePeer sub = connect("sub", {.properties = property(PropertyId::receive_maximum, 2)});
    sub.subscribe("t", {.qos = 2});
    FakePeer pub = connect("pub");
    for (const char* payload : {"a", "b", "c", "d"})
        pub.publish("t", payload, {.qos = 2});
    EXPECT_EQ(sub.waiting(), 2U);
    sub.skip_all();
    sub.pubrec(1); // still counts
    EXPECT_EQ(sub.next(), "PUBREL id=1 reason=0x00");
    EXPECT_EQ(sub.next(), "nothing");
    sub.pubcomp(1);
    EXPECT_EQ(sub.next(), "PUBLISH qos=2 id=3 topic=\"t\" payload=\"c\"");
    EXPECT_EQ(sub.next(), "nothing");
}

// shows [MQTT-3.3.4-10] [MQTT-4.9.0-3]
TEST_P(Flows, a_full_window_holds_up_nothing_but_qos_1_and_2) {
    FakePeer sub = connect("sub", {.properties = property(PropertyId::receive_maximum, 1)});
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    pub.publish("t", "a", {.qos = 1});
    pub.publish("t", "b", {.qos = 1});
    sub.skip_all();
    pub.publish("t", "c");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"c\"");
    sub.send(mqtt::Pingreq{});
    EXPECT_EQ(sub.next(), "PINGRESP");
    EXPECT_EQ(sub.subscribe("u"), 0);
    sub.publish("u", "own", {.qos = 1, .id = 50});
    EXPECT_EQ(sub.waiting(), 2U);
}

// shows [MQTT-3.3.4-9] [MQTT-4.4.0-1]
TEST_P(Flows, resending_keeps_to_a_smaller_window_of_the_new_connection) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    for (const char* payload : {"a", "b", "c"})
        pub.publish("t", payload, {.qos = 1});
    sub.drop();
    PropertyBuilder properties = expiry(1000);
    properties.number(PropertyId::receive_maximum, 1);
    FakePeer again = connect("sub", {.clean = false, .properties = properties});
    pub.publish("t", "d", {.qos = 1});
    for (const char* expected :
         {"PUBLISH dup qos=1 id=1 topic=\"t\" payload=\"a\"",
          "PUBLISH dup qos=1 id=2 topic=\"t\" payload=\"b\"",
          "PUBLISH dup qos=1 id=3 topic=\"t\" payload=\"c\"",
          "PUBLISH qos=1 id=4 topic=\"t\" payload=\"d\""}) {
        const auto packet = again.next_packet();
        ASSERT_TRUE(packet.has_value()) << expected;
        EXPECT_EQ(support::packet_text(*packet), expected);
        EXPECT_EQ(again.next(), "nothing");
        again.puback(std::get<mqtt::Publish>(*packet).packet_id);
    }
}

// shows [MQTT-3.3.4-7]
TEST_P(Flows, a_client_above_our_receive_maximum_is_disconnected_with_0x93) {
    config.limits.max_inflight_messages = 3;
    FakePeer pub = connect("pub");
    EXPECT_NE(pub.greeting().find("receive-maximum=3"), std::string::npos);
    for (mqtt::PacketId id = 1; id <= 3; ++id)
        pub.publish("t", "x", {.qos = 2, .id = id});
    pub.publish("t", "x", {.qos = 1, .id = 4});
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(pub.next().starts_with("PUBREC"));
    EXPECT_TRUE(pub.next().starts_with("DISCONNECT reason=0x93"));
    EXPECT_EQ(pub.next(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::refused_receive_maximum), 1U);
}

TEST_P(Flows, a_v311_client_may_have_any_number_of_qos2_messages_open) {
    config.limits.max_inflight_messages = 3;
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    FakePeer pub = connect("pub", {.version = v311});
    for (mqtt::PacketId id = 1; id <= 100; ++id)
        pub.queue_publish("t", "x", {.qos = 2, .id = id});
    broker().settle();
    EXPECT_EQ(pub.waiting(), 100U);
    EXPECT_EQ(sub.waiting(), 100U);
}

TEST_P(Flows, the_quota_of_a_publisher_begins_anew_with_each_connection) {
    config.limits.max_inflight_messages = 1;
    FakePeer pub = connect_persistent("pub");
    pub.publish("t", "a", {.qos = 2, .id = 1});
    pub.drop();
    FakePeer again = connect_persistent("pub");
    again.publish("t", "b", {.qos = 2, .id = 2});
    EXPECT_EQ(again.next(), "PUBREC id=2 reason=0x10");
    EXPECT_EQ(again.next(), "nothing");
}

// shows [MQTT-3.8.4-8] [MQTT311-3.8.4-6] [MQTT-4.3.1-1] [MQTT311-4.3.1-1]
TEST_P(Flows, a_message_arrives_with_the_lower_of_its_own_and_the_granted_qos) {
    FakePeer sub = connect("sub");
    for (const int granted : {0, 1, 2})
        sub.subscribe("q" + std::to_string(granted), {.qos = granted});
    FakePeer pub = connect("pub");
    for (const int granted : {0, 1, 2}) {
        for (const int published : {0, 1, 2}) {
            pub.publish("q" + std::to_string(granted), "x", {.qos = published});
            const auto packet = sub.next_packet();
            ASSERT_TRUE(packet.has_value());
            EXPECT_EQ(
                static_cast<int>(std::get<mqtt::Publish>(*packet).qos), std::min(granted, published)
            );
            EXPECT_FALSE(std::get<mqtt::Publish>(*packet).dup);
        }
    }
}

TEST_P(Flows, upgrade_outgoing_qos_delivers_at_the_granted_qos) {
    config.upgrade_outgoing_qos = true;
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 1});
    connect("pub").publish("t", "x");
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"x\"");
}

// shows [MQTT-4.6.0-5] [MQTT-4.6.0-6] [MQTT311-4.6.0-5] [MQTT311-4.6.0-6]
TEST_P(Flows, messages_of_one_publisher_keep_their_order_at_each_subscriber) {
    FakePeer first = connect("first");
    FakePeer second = connect("second");
    for (FakePeer* sub : {&first, &second})
        sub->subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    for (int i = 0; i < 15; ++i)
        pub.queue_publish("t", std::to_string(i), {.qos = 1});
    broker().settle();
    for (FakePeer* sub : {&first, &second}) {
        for (int i = 0; i < 15; ++i) {
            const std::string text = sub->next();
            EXPECT_TRUE(text.ends_with("payload=\"" + std::to_string(i) + "\"")) << text;
        }
    }
}

TEST_P(Flows, a_client_sees_its_own_message_before_the_acknowledgement) {
    FakePeer client = connect("client");
    client.subscribe("t", {.qos = 0});
    client.publish("t", "x", {.qos = 1, .id = 9});
    EXPECT_EQ(client.next(), "PUBLISH topic=\"t\" payload=\"x\"");
    EXPECT_EQ(client.next(), "PUBACK id=9 reason=0x00");
}

} // namespace
} // namespace scenario
