// What a message carries: properties, expiry, topic aliases, packet size. [MQTT5 3.3.2.3]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

MIDGE_SCENARIOS(Messages);

// shows [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18]
// [MQTT-3.3.2-20]
TEST_P(Messages, all_properties_are_forwarded_unchanged_and_in_order) {
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 1});
    PropertyBuilder properties;
    properties.user_property("z", "1").number(PropertyId::payload_format_indicator, 1);
    properties.text(PropertyId::content_type, "text/plain").user_property("a", "2");
    properties.text(PropertyId::response_topic, "answer/here");
    properties.text(PropertyId::correlation_data, "c0ffee").user_property("z", "3");
    for (const int qos : {0, 1}) {
        connect("pub").publish("t", "x", {.qos = qos, .properties = properties});
        const std::string text = sub.next();
        EXPECT_TRUE(
            text.ends_with("topic=\"t\" [user-property=\"z\":\"1\", payload-format-indicator=1, "
                           "content-type=\"text/plain\", user-property=\"a\":\"2\", "
                           "response-topic=\"answer/here\", correlation-data=\"c0ffee\", "
                           "user-property=\"z\":\"3\"] payload=\"x\"")
        ) << text;
    }
}

TEST_P(Messages, properties_are_left_out_for_older_versions) {
    FakePeer sub = connect("sub", {.version = v311});
    sub.subscribe("t", {.qos = 1});
    PropertyBuilder properties;
    properties.user_property("k", "v").number(PropertyId::message_expiry_interval, 9);
    connect("pub").publish("t", "x", {.qos = 1, .properties = properties});
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"x\"");
}

// shows [MQTT-3.3.2-5] [MQTT-3.3.2-6]
TEST_P(Messages, a_queued_message_expires_or_arrives_with_the_time_that_is_left) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    sub.drop();
    FakePeer pub = connect("pub");
    const auto lasting = [](std::uint32_t seconds) {
        return property(PropertyId::message_expiry_interval, seconds);
    };
    pub.publish("t", "short", {.qos = 1, .properties = lasting(10)});
    pub.publish("t", "long", {.qos = 1, .properties = lasting(100)});
    pub.publish("t", "ever", {.qos = 1});
    broker().advance(10s);
    FakePeer back = connect_persistent("sub");
    EXPECT_EQ(
        back.next(), "PUBLISH qos=1 id=1 topic=\"t\" [message-expiry-interval=90] payload=\"long\""
    );
    EXPECT_EQ(back.next(), "PUBLISH qos=1 id=2 topic=\"t\" payload=\"ever\"");
    EXPECT_EQ(back.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::dropped_expired), 1U);
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 2U);
}

// shows [MQTT-4.3.3-7] [MQTT-4.3.3-13]
TEST_P(Messages, a_qos2_message_that_was_sent_does_not_expire) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 2});
    connect("pub").publish(
        "t", "x", {.qos = 2, .properties = property(PropertyId::message_expiry_interval, 5)}
    );
    sub.drop();
    broker().advance(60s);
    FakePeer back = connect_persistent("sub");
    EXPECT_EQ(
        back.next(), "PUBLISH dup qos=2 id=1 topic=\"t\" [message-expiry-interval=0] payload=\"x\""
    );
    back.pubrec(1);
    EXPECT_EQ(back.next(), "PUBREL id=1 reason=0x00");
}

// shows [MQTT-3.3.2-5]
TEST_P(Messages, an_expiry_of_zero_is_not_for_ever) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    sub.drop();
    connect("pub").publish(
        "t", "x", {.qos = 1, .properties = property(PropertyId::message_expiry_interval, 0)}
    );
    broker().advance(1s);
    EXPECT_EQ(connect_persistent("sub").next(), "nothing");
}

// shows [MQTT-3.3.2-12]
TEST_P(Messages, a_client_may_set_use_and_change_topic_aliases) {
    FakePeer sub = connect("sub");
    sub.subscribe("#");
    FakePeer pub = connect("pub");
    const auto alias = [](std::uint32_t number) {
        return property(PropertyId::topic_alias, number);
    };
    pub.publish("one", "1", {.properties = alias(1)});
    pub.publish("ten", "2", {.properties = alias(10)});
    pub.publish("", "3", {.properties = alias(1)});
    pub.publish("", "4", {.qos = 1, .properties = alias(10)});
    pub.publish("two", "5", {.properties = alias(1)});
    pub.publish("", "6", {.properties = alias(1)});
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"one\" payload=\"1\"");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"ten\" payload=\"2\"");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"one\" payload=\"3\"");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"ten\" payload=\"4\"");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"two\" payload=\"5\"");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"two\" payload=\"6\"");
}

// shows [MQTT-3.3.2-9] [MQTT-3.3.2-8]
TEST_P(Messages, an_alias_above_the_maximum_or_zero_is_refused_with_0x94) {
    for (const std::uint32_t number : {11U, 65535U}) {
        FakePeer pub = connect("pub");
        pub.publish("t", "x", {.properties = property(PropertyId::topic_alias, number)});
        EXPECT_TRUE(pub.next().starts_with("DISCONNECT reason=0x94"));
        EXPECT_EQ(pub.next(), "closed");
    }
    FakePeer zero = connect("zero");
    zero.send_hex("30 07 00 01 74 03 23 00 00");
    EXPECT_TRUE(zero.next().starts_with("DISCONNECT reason=0x94"));
}

// shows [MQTT-3.3.2-7]
TEST_P(Messages, aliases_end_with_the_connection) {
    FakePeer pub = connect_persistent("pub");
    pub.publish("t", "x", {.properties = property(PropertyId::topic_alias, 1)});
    pub.drop();
    FakePeer again = connect_persistent("pub");
    again.publish("", "x", {.properties = property(PropertyId::topic_alias, 1)});
    EXPECT_TRUE(again.next().starts_with("DISCONNECT reason=0x82"));
}

// shows [MQTT-3.1.2-26] [MQTT-3.3.2-11] [MQTT-3.1.2-27]
TEST_P(Messages, the_broker_uses_aliases_within_what_the_client_takes) {
    FakePeer with = connect("with", {.properties = property(PropertyId::topic_alias_maximum, 2)});
    with.subscribe("#");
    FakePeer without = connect("without");
    without.subscribe("#");
    FakePeer pub = connect("pub");
    for (int round = 0; round < 2; ++round) {
        for (const char* topic : {"long/one", "long/two", "long/three"})
            pub.publish(topic, "x");
    }
    EXPECT_EQ(with.next(), "PUBLISH topic=\"long/one\" [topic-alias=1] payload=\"x\"");
    EXPECT_EQ(with.next(), "PUBLISH topic=\"long/two\" [topic-alias=2] payload=\"x\"");
    EXPECT_EQ(with.next(), "PUBLISH topic=\"long/three\" payload=\"x\"");
    EXPECT_EQ(with.next(), "PUBLISH topic=\"\" [topic-alias=1] payload=\"x\"");
    EXPECT_EQ(with.next(), "PUBLISH topic=\"\" [topic-alias=2] payload=\"x\"");
    EXPECT_EQ(with.next(), "PUBLISH topic=\"long/three\" payload=\"x\"");
    EXPECT_EQ(without.next(), "PUBLISH topic=\"long/one\" payload=\"x\"");
}

TEST_P(Messages, a_resent_message_carries_its_topic_on_the_new_connection) {
    PropertyBuilder properties = expiry(100);
    properties.number(PropertyId::topic_alias_maximum, 5);
    const ConnectOptions options{.clean = false, .properties = properties};
    FakePeer sub = connect("sub", options);
    sub.subscribe("long/topic", {.qos = 1});
    FakePeer pub = connect("pub");
    pub.publish("long/topic", "a", {.qos = 1});
    pub.publish("long/topic", "b", {.qos = 1});
    sub.drop();
    FakePeer back = connect("sub", options);
    EXPECT_EQ(
        back.next(), "PUBLISH dup qos=1 id=1 topic=\"long/topic\" [topic-alias=1] payload=\"a\""
    );
    EXPECT_EQ(back.next(), "PUBLISH dup qos=1 id=2 topic=\"\" [topic-alias=1] payload=\"b\"");
}

// shows [MQTT-3.1.2-24] [MQTT-3.1.2-25]
TEST_P(Messages, a_message_above_the_maximum_packet_size_of_a_client_is_dropped_for_it) {
    FakePeer small =
        connect("small", {.properties = property(PropertyId::maximum_packet_size, 40)});
    small.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    for (const int qos : {0, 1}) {
        pub.publish("t", std::string(40, 'x'), {.qos = qos});
        EXPECT_EQ(small.next(), "nothing");
    }
    EXPECT_EQ(count(&mqttd::Counters::dropped_packet_too_large), 2U);
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 0U);
    pub.publish("t", std::string(32, 'x'), {.qos = 1}); // exactly 40 bytes
    EXPECT_TRUE(small.next().starts_with("PUBLISH qos=1 id=1 topic=\"t\" payload="));
}

TEST_P(Messages, a_queued_message_too_large_for_the_next_connection_is_dropped_then) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    sub.drop();
    FakePeer pub = connect("pub");
    pub.publish("t", std::string(100, 'x'), {.qos = 1});
    pub.publish("t", "fits", {.qos = 1});
    PropertyBuilder properties = expiry(100);
    properties.number(PropertyId::maximum_packet_size, 50);
    FakePeer back = connect("sub", {.clean = false, .properties = properties});
    EXPECT_EQ(back.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"fits\"");
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 1U);
}

// shows [MQTT-3.14.2-3]
TEST_P(Messages, a_disconnect_leaves_its_reason_string_out_rather_than_be_too_large) {
    FakePeer tiny = connect("tiny", {.properties = property(PropertyId::maximum_packet_size, 20)});
    tiny.publish("$SYS/x", "x", {.properties = property(PropertyId::topic_alias, 60)});
    EXPECT_EQ(tiny.next(), "DISCONNECT reason=0x94");
}

// shows [MQTT-3.4.2-2] [MQTT-3.5.2-2] [MQTT-3.1.2-24]
TEST_P(Messages, an_acknowledgement_leaves_its_reason_string_out_rather_than_be_too_large) {
    FakePeer tiny = connect("tiny", {.properties = property(PropertyId::maximum_packet_size, 20)});
    tiny.publish("$SYS/x", "x", {.qos = 1, .id = 1});
    EXPECT_EQ(tiny.next(), "PUBACK id=1 reason=0x87");
    tiny.publish("$SYS/x", "x", {.qos = 2, .id = 2});
    EXPECT_EQ(tiny.next(), "PUBREC id=2 reason=0x87");
}

// shows [MQTT-3.2.2-19]
TEST_P(Messages, a_refusal_leaves_its_reason_string_out_rather_than_be_too_large) {
    config.allow_anonymous = false;
    FakePeer tiny = connect("tiny", {.properties = property(PropertyId::maximum_packet_size, 20)});
    EXPECT_EQ(tiny.greeting(), "CONNACK reason=0x87");
}

// shows [MQTT311-3.3.5-2]
TEST_P(Messages, clients_cannot_publish_below_sys) {
    FakePeer sub = connect("sub");
    sub.subscribe("$SYS/#");
    FakePeer v3 = connect("v3", {.version = v311});
    v3.publish("$SYS/broker/uptime", "fake", {.qos = 1, .retain = true, .id = 3});
    EXPECT_EQ(v3.next(), "PUBACK id=3 reason=0x00");
    FakePeer pub = connect("pub");
    pub.publish("$SYS/broker/uptime", "fake", {.qos = 1, .id = 3});
    EXPECT_TRUE(pub.next().starts_with("PUBACK id=3 reason=0x87"));
    EXPECT_EQ(sub.next(), "nothing");
    pub.publish("$SYS/broker/connection/x/state", "1");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"$SYS/broker/connection/x/state\" payload=\"1\"");
}

// shows [MQTT-4.3.3-9]
TEST_P(Messages, after_a_refusing_pubrec_the_identifier_means_a_new_message) {
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    FakePeer pub = connect("pub");
    pub.publish("$SYS/x", "x", {.qos = 2, .id = 2});
    EXPECT_TRUE(pub.next().starts_with("PUBREC id=2 reason=0x87"));
    pub.publish("t", "new", {.qos = 2, .id = 2});
    EXPECT_EQ(pub.next(), "PUBREC id=2 reason=0x00");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"new\"");
}

} // namespace
} // namespace scenario
