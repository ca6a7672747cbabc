// Sessions: how long they live, what they keep, who takes them over. [MQTT5 3.1.2.4] [MQTT5 4.1]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

MIDGE_SCENARIOS(Sessions);

// shows [MQTT-3.1.4-5] [MQTT-3.2.2-3] [MQTT-3.1.2-6] [MQTT-3.2.2-1]
TEST_P(Sessions, a_v5_client_is_welcomed_with_the_properties_mosquitto_sends) {
    FakePeer client = connect("client", {.clean = false});
    EXPECT_EQ(
        client.greeting(),
        "CONNACK reason=0x00 [topic-alias-maximum=10, maximum-packet-size=2000000, "
        "receive-maximum=20]"
    );
    EXPECT_EQ(client.next(), "nothing");
}

// shows [MQTT311-3.1.4-4] [MQTT311-3.2.0-1] [MQTT311-3.2.2-3]
TEST_P(Sessions, a_v311_client_is_welcomed_with_four_bytes) {
    FakePeer client = connect("client", {.version = v311, .clean = false});
    EXPECT_EQ(client.greeting(), "CONNACK reason=0x00");
}

// shows [MQTT-3.1.2-5] [MQTT-3.2.2-3] [MQTT-3.1.2-23] [MQTT-4.5.0-1] [MQTT-4.1.0-1]
TEST_P(Sessions, a_stored_session_gets_what_was_published_while_it_was_away) {
    FakePeer sub = connect_persistent("sub");
    ASSERT_EQ(sub.subscribe("news/+", {.qos = 1}), 1);
    sub.disconnect();
    FakePeer pub = connect("pub");
    pub.publish("news/a", "one", {.qos = 1});
    pub.publish("news/b", "two", {.qos = 2});

    FakePeer again = connect_persistent("sub");
    EXPECT_TRUE(again.greeting().starts_with("CONNACK session-present reason=0x00"));
    EXPECT_EQ(again.next(), "PUBLISH qos=1 id=1 topic=\"news/a\" payload=\"one\"");
    EXPECT_EQ(again.next(), "PUBLISH qos=1 id=2 topic=\"news/b\" payload=\"two\"");
    EXPECT_EQ(again.next(), "nothing");
}

// shows [MQTT311-3.1.2-4] [MQTT311-3.1.2-5] [MQTT311-3.2.2-2] [MQTT311-4.5.0-1]
TEST_P(Sessions, a_v311_client_without_clean_session_finds_its_messages) {
    FakePeer sub = connect_persistent("sub", v311);
    sub.subscribe("t", {.qos = 1});
    sub.drop();
    connect("pub").publish("t", "kept", {.qos = 1});
    FakePeer again = connect_persistent("sub", v311);
    EXPECT_EQ(again.greeting(), "CONNACK session-present reason=0x00");
    EXPECT_EQ(again.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"kept\"");
}

// 3.1 has no session present flag.
TEST_P(Sessions, a_v31_client_resumes_without_being_told) {
    FakePeer sub = connect_persistent("sub", v31);
    sub.subscribe("t", {.qos = 1});
    sub.drop();
    connect("pub").publish("t", "kept", {.qos = 1});
    FakePeer again = connect_persistent("sub", v31);
    EXPECT_EQ(again.greeting(), "CONNACK reason=0x00");
    EXPECT_EQ(again.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"kept\"");
}

// shows [MQTT-3.1.2-4] [MQTT-3.2.2-2] [MQTT-3.1.4-4] [MQTT311-3.1.2-6] [MQTT311-3.2.2-1]
// [MQTT311-3.1.4-3]
TEST_P(Sessions, clean_start_throws_the_old_session_away) {
    for (const ProtocolVersion version : {v311, v5}) {
        FakePeer sub = connect_persistent("sub", version);
        sub.subscribe("t", {.qos = 1});
        sub.drop();
        connect("pub").publish("t", "lost", {.qos = 1});
        FakePeer clean = connect("sub", {.version = version});
        EXPECT_TRUE(clean.greeting().starts_with("CONNACK reason=0x00"));
        EXPECT_EQ(clean.next(), "nothing");
        connect("pub").publish("t", "nobody", {.qos = 1});
        EXPECT_EQ(clean.next(), "nothing");
        clean.drop();
    }
    EXPECT_EQ(count(&mqttd::Counters::subscriptions), 0U);
}

// shows [MQTT-4.1.0-2] [MQTT-3.1.2-23]
TEST_P(Sessions, a_session_ends_when_its_expiry_has_passed_and_not_before) {
    const ConnectOptions options{.clean = false, .properties = expiry(30)};
    connect("sub", options).drop();
    broker().advance(29s);
    FakePeer in_time = connect("sub", options);
    EXPECT_TRUE(in_time.greeting().starts_with("CONNACK session-present"));
    in_time.drop();
    broker().advance(30s);
    EXPECT_EQ(count(&mqttd::Counters::clients_expired), 1U);
    EXPECT_EQ(count(&mqttd::Counters::clients_total), 0U);
    EXPECT_TRUE(connect("sub", options).greeting().starts_with("CONNACK reason=0x00"));
}

TEST_P(Sessions, a_v5_session_without_expiry_ends_with_its_connection) {
    connect("sub", {.clean = false}).drop();
    EXPECT_EQ(count(&mqttd::Counters::clients_total), 0U);
    EXPECT_TRUE(connect("sub", {.clean = false}).greeting().starts_with("CONNACK reason=0x00"));
}

// shows [MQTT311-3.1.2-6] [MQTT311-4.1.0-2]
TEST_P(Sessions, a_v311_clean_session_ends_with_its_connection) {
    FakePeer sub = connect("sub", {.version = v311});
    sub.subscribe("t");
    sub.drop();
    EXPECT_EQ(count(&mqttd::Counters::clients_total), 0U);
    EXPECT_EQ(count(&mqttd::Counters::subscriptions), 0U);
    FakePeer again = connect("sub", {.version = v311, .clean = false});
    EXPECT_EQ(again.greeting(), "CONNACK reason=0x00");
}

TEST_P(Sessions, disconnect_may_shorten_the_expiry) {
    const ConnectOptions options{.clean = false, .properties = expiry(1000)};
    connect("sub", options).disconnect(ReasonCode::success, expiry(10));
    broker().advance(10s);
    EXPECT_EQ(count(&mqttd::Counters::clients_expired), 1U);
}

TEST_P(Sessions, disconnect_with_expiry_zero_ends_the_session_at_once) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    sub.disconnect(ReasonCode::success, expiry(0));
    EXPECT_EQ(count(&mqttd::Counters::clients_total), 0U);
    EXPECT_EQ(count(&mqttd::Counters::subscriptions), 0U);
}

// shows [MQTT-4.13.1-1]
TEST_P(Sessions, disconnect_cannot_give_a_session_that_had_no_expiry_one) {
    FakePeer sub = connect("sub", {.properties = expiry(0)});
    sub.disconnect(ReasonCode::success, expiry(10));
    EXPECT_TRUE(sub.next().starts_with("DISCONNECT reason=0x82"));
    EXPECT_EQ(sub.next(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::clients_total), 0U);
}

TEST_P(Sessions, persistent_client_expiration_caps_every_session_and_v5_clients_are_told) {
    config.persistent_client_expiration = std::chrono::seconds(60);
    FakePeer told = connect("v5", {.clean = false, .properties = expiry(3600)});
    EXPECT_TRUE(told.greeting().ends_with("session-expiry-interval=60]")) << told.greeting();
    told.drop();
    connect("v3", {.version = v311, .clean = false}).drop();
    broker().advance(59s);
    EXPECT_EQ(count(&mqttd::Counters::clients_total), 2U);
    broker().advance(1s);
    EXPECT_EQ(count(&mqttd::Counters::clients_expired), 2U);
}

// shows [MQTT-3.1.4-3] [MQTT-3.1.3-2]
TEST_P(Sessions, a_second_connection_takes_the_session_over_and_tells_the_first) {
    FakePeer first = connect_persistent("client");
    first.subscribe("t", {.qos = 1});
    FakePeer second = connect_persistent("client");
    EXPECT_TRUE(second.greeting().starts_with("CONNACK session-present reason=0x00"));
    EXPECT_TRUE(first.next().starts_with("DISCONNECT reason=0x8E [reason-string="));
    EXPECT_EQ(first.next(), "closed");
    connect("pub").publish("t", "new owner", {.qos = 1});
    EXPECT_EQ(second.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"new owner\"");
    EXPECT_EQ(count(&mqttd::Counters::takeovers), 1U);
    EXPECT_EQ(count(&mqttd::Counters::clients_connected), 2U); // and the publisher
}

// shows [MQTT311-3.1.4-2] [MQTT311-3.1.3-2]
TEST_P(Sessions, a_v311_connection_that_is_taken_over_is_closed_without_a_packet) {
    FakePeer first = connect("client", {.version = v311});
    FakePeer second = connect("client", {.version = v311});
    EXPECT_EQ(first.next(), "closed");
    EXPECT_EQ(second.greeting(), "CONNACK reason=0x00");
    EXPECT_EQ(second.next(), "nothing");
}

TEST_P(Sessions, a_takeover_sends_again_what_the_first_connection_had_not_acknowledged) {
    FakePeer first = connect_persistent("client");
    first.subscribe("t", {.qos = 2});
    connect("pub").publish("t", "x", {.qos = 2});
    EXPECT_EQ(first.next(), "PUBLISH qos=2 id=1 topic=\"t\" payload=\"x\"");
    FakePeer second = connect_persistent("client");
    EXPECT_EQ(second.next(), "PUBLISH dup qos=2 id=1 topic=\"t\" payload=\"x\"");
}

// shows [MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16] [MQTT311-3.1.3-6]
TEST_P(Sessions, an_empty_client_identifier_gets_a_new_one_on_the_accepting_shard) {
    FakePeer first = open();
    first.connect("");
    const std::string sign = "assigned-client-identifier=\"auto-";
    EXPECT_NE(first.greeting().find(sign), std::string::npos) << first.greeting();
    FakePeer second = open();
    second.connect("");
    EXPECT_NE(second.greeting().find(sign), std::string::npos);
    EXPECT_NE(first.greeting(), second.greeting());
    FakePeer v3 = open();
    v3.connect("", {.version = v311});
    EXPECT_EQ(v3.greeting(), "CONNACK reason=0x00");
    EXPECT_EQ(count(&mqttd::Counters::clients_connected), 3U);
    EXPECT_EQ(count(&mqttd::Counters::takeovers), 0U);
}

// shows [MQTT311-3.1.3-8] [MQTT311-3.1.3-7] [MQTT311-3.2.2-5] [MQTT311-3.2.2-4]
TEST_P(Sessions, an_empty_v311_identifier_needs_clean_session) {
    FakePeer client = open();
    client.connect("", {.version = v311, .clean = false});
    EXPECT_EQ(client.greeting(), "CONNACK reason=0x85");
    EXPECT_EQ(client.next(), "closed");
}

TEST_P(Sessions, subscriptions_of_a_stored_session_go_on_without_subscribing_again) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("a/#", {.qos = 1, .identifier = 7});
    sub.drop();
    FakePeer again = connect_persistent("sub");
    connect("pub").publish("a/b", "live", {.qos = 0});
    EXPECT_EQ(again.next(), "PUBLISH topic=\"a/b\" [subscription-identifier=7] payload=\"live\"");
}

TEST_P(Sessions, nothing_is_left_when_every_client_has_gone) {
    {
        FakePeer sub = connect("sub");
        sub.subscribe_all({"a", "b/#", "$share/g/c"}, {.qos = 2});
        FakePeer pub = connect("pub");
        pub.publish("a", "x", {.qos = 2});
        pub.publish("c", "x", {.qos = 1});
        sub.drop();
        pub.drop();
    }
    broker().settle();
    EXPECT_EQ(count(&mqttd::Counters::subscriptions), 0U);
    EXPECT_EQ(count(&mqttd::Counters::shared_subscriptions), 0U);
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 0U);
    EXPECT_EQ(count(&mqttd::Counters::stored_bytes), 0U);
    EXPECT_EQ(count(&mqttd::Counters::clients_total), 0U);
    EXPECT_EQ(count(&mqttd::Counters::connections_current), 0U);
    EXPECT_EQ(broker().totals().connections.load(), 0);
    EXPECT_EQ(broker().dump(), "");
}

} // namespace
} // namespace scenario
