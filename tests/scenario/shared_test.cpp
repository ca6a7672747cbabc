// Shared subscriptions. [MQTT5 4.8.2]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

MIDGE_SCENARIOS(Shared);

TEST_P(Shared, each_message_goes_to_exactly_one_member_and_everybody_gets_a_share) {
    FakePeer a = connect("a");
    FakePeer b = connect("b");
    FakePeer plain = connect("plain");
    a.subscribe("$share/g/t", {.qos = 1});
    b.subscribe("$share/g/t", {.qos = 1});
    plain.subscribe("t");
    FakePeer pub = connect("pub");
    for (int i = 0; i < 10; ++i)
        pub.publish("t", "x", {.qos = 1});
    EXPECT_EQ(a.waiting() + b.waiting(), 10U);
    EXPECT_EQ(a.waiting(), 5U);
    EXPECT_EQ(plain.waiting(), 10U);
}

TEST_P(Shared, each_group_gets_its_own_copy) {
    FakePeer a = connect("a");
    a.subscribe("$share/one/t");
    FakePeer b = connect("b");
    b.subscribe("$share/two/#");
    connect("pub").publish("t", "x");
    EXPECT_EQ(a.next(), "PUBLISH topic=\"t\" payload=\"x\"");
    EXPECT_EQ(b.next(), "PUBLISH topic=\"t\" payload=\"x\"");
}

TEST_P(Shared, members_that_are_online_come_first) {
    FakePeer away = connect_persistent("away");
    away.subscribe("$share/g/t", {.qos = 1});
    FakePeer here = connect("here");
    here.subscribe("$share/g/t", {.qos = 1});
    away.drop();
    FakePeer pub = connect("pub");
    for (int i = 0; i < 6; ++i)
        pub.publish("t", "x", {.qos = 1});
    EXPECT_EQ(here.waiting(), 6U);
    here.drop();
    pub.publish("t", "kept", {.qos = 1});
    FakePeer back = connect_persistent("away");
    EXPECT_EQ(back.waiting(), 1U + 6U); // what the other one had not acknowledged came back too
}

// shows [MQTT-4.8.2-3]
TEST_P(Shared, a_member_gets_its_message_at_its_own_granted_qos) {
    FakePeer a = connect("a");
    a.subscribe("$share/g/t", {.qos = 1});
    connect("pub").publish("t", "x", {.qos = 2});
    EXPECT_EQ(a.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"x\"");
}

TEST_P(Shared, a_shared_subscription_gets_no_retained_messages) {
    connect("pub").publish("t", "r", {.retain = true});
    FakePeer a = connect("a");
    EXPECT_EQ(a.subscribe("$share/g/t", {.qos = 1}), 1);
    EXPECT_EQ(a.next(), "nothing");
}

TEST_P(Shared, unacknowledged_qos1_messages_of_a_member_that_ends_go_to_another_one) {
    FakePeer a = connect("a");
    a.subscribe("$share/g/t", {.qos = 1});
    FakePeer pub = connect("pub");
    for (const char* payload : {"1", "2", "3"})
        pub.publish("t", payload, {.qos = 1});
    EXPECT_EQ(a.waiting(), 3U);
    a.puback(1);
    FakePeer b = connect("b");
    b.subscribe("$share/g/t", {.qos = 1});
    a.drop();
    EXPECT_EQ(b.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"2\"");
    EXPECT_EQ(b.next(), "PUBLISH qos=1 id=2 topic=\"t\" payload=\"3\"");
    EXPECT_EQ(b.next(), "nothing");
}

// shows [MQTT-4.8.2-4]
TEST_P(Shared, a_qos2_message_begun_with_a_member_waits_for_its_return) {
    FakePeer a = connect_persistent("a");
    a.subscribe("$share/g/t", {.qos = 2});
    connect("pub").publish("t", "x", {.qos = 2});
    FakePeer b = connect("b");
    b.subscribe("$share/g/t", {.qos = 2});
    a.drop();
    EXPECT_EQ(b.next(), "nothing");
    FakePeer back = connect_persistent("a");
    EXPECT_EQ(back.next(), "PUBLISH dup qos=2 id=1 topic=\"t\" payload=\"x\"");
}

// shows [MQTT-4.8.2-5]
TEST_P(Shared, a_qos2_message_begun_with_a_member_goes_to_nobody_else_when_its_session_ends) {
    FakePeer a = connect("a");
    a.subscribe("$share/g/t", {.qos = 2});
    connect("pub").publish("t", "x", {.qos = 2});
    EXPECT_EQ(a.waiting(), 1U);
    FakePeer b = connect("b");
    b.subscribe("$share/g/t", {.qos = 2});
    a.drop();
    EXPECT_EQ(b.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 0U);
}

// shows [MQTT-4.8.2-6]
TEST_P(Shared, a_message_refused_by_a_member_goes_to_nobody_else) {
    FakePeer a = connect("a");
    a.subscribe("$share/g/t", {.qos = 1});
    connect("pub").publish("t", "x", {.qos = 1});
    FakePeer b = connect("b");
    b.subscribe("$share/g/t", {.qos = 1});
    a.puback(1, ReasonCode::unspecified_error);
    a.drop();
    EXPECT_EQ(b.next(), "nothing");
}

TEST_P(Shared, a_message_too_large_for_one_member_goes_to_the_other) {
    FakePeer small =
        connect("small", {.properties = property(PropertyId::maximum_packet_size, 30)});
    small.subscribe("$share/g/t", {.qos = 1});
    FakePeer large = connect("large");
    large.subscribe("$share/g/t", {.qos = 1});
    FakePeer pub = connect("pub");
    for (int i = 0; i < 4; ++i)
        pub.publish("t", std::string(100, 'x'), {.qos = 1});
    EXPECT_EQ(small.next(), "nothing");
    EXPECT_EQ(large.waiting(), 4U);
}

TEST_P(Shared, a_member_with_a_full_queue_is_passed_over) {
    config.limits.max_queued_messages = 1;
    FakePeer full = connect("full", {.properties = property(PropertyId::receive_maximum, 1)});
    full.subscribe("$share/g/t", {.qos = 1});
    FakePeer free = connect("free");
    free.subscribe("$share/g/t", {.qos = 1});
    FakePeer pub = connect("pub");
    for (int i = 0; i < 10; ++i)
        pub.publish("t", "x", {.qos = 1});
    EXPECT_EQ(full.waiting(), 1U);
    EXPECT_EQ(free.waiting(), 8U); // one waits for the other member
    EXPECT_EQ(count(&mqttd::Counters::publish_dropped), 0U);
}

TEST_P(Shared, the_last_member_that_leaves_takes_the_group_with_it) {
    FakePeer a = connect("a");
    a.subscribe("$share/g/t", {.qos = 1});
    EXPECT_EQ(a.unsubscribe({"$share/g/t"}), "UNSUBACK reasons=0x00");
    EXPECT_EQ(a.unsubscribe({"$share/g/t"}), "UNSUBACK reasons=0x11");
    FakePeer pub = connect("pub");
    pub.publish("t", "x", {.qos = 1, .id = 1});
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x10");
    EXPECT_EQ(broker().dump(), "");
}

// shows [MQTT-4.8.2-1] [MQTT-4.8.2-2] [MQTT-3.8.3-4]
TEST_P(Shared, malformed_shared_filters_and_no_local_are_refused) {
    for (const char* filter :
         {"$share//t", "$share/g", "$share/g/", "$share/a+b/t", "$share/#/t"}) {
        FakePeer client = connect("client");
        client.subscribe(filter);
        EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x8F")) << filter;
        EXPECT_EQ(client.next(), "closed");
    }
    FakePeer client = connect("client");
    client.subscribe("$share/g/t", {.no_local = true});
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x82"));
    EXPECT_EQ(client.next(), "closed");
}

TEST_P(Shared, v311_clients_can_be_members_too) {
    FakePeer a = connect("a", {.version = v311});
    EXPECT_EQ(a.subscribe("$share/g/t", {.qos = 1}), 1);
    connect("pub").publish("t", "x", {.qos = 1});
    EXPECT_EQ(a.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"x\"");
}

TEST_P(Shared, queued_messages_of_an_expired_session_go_to_a_member_that_is_left) {
    FakePeer a = connect("a", {.clean = false, .properties = expiry(10)});
    a.subscribe("$share/g/t", {.qos = 1});
    a.drop();
    FakePeer pub = connect("pub");
    pub.publish("t", "1", {.qos = 1});
    pub.publish("t", "2", {.qos = 2});
    FakePeer b = connect("b");
    b.subscribe("$share/g/t", {.qos = 2});
    EXPECT_EQ(b.next(), "nothing");
    broker().advance(10s);
    EXPECT_EQ(b.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"1\"");
    EXPECT_EQ(b.next(), "PUBLISH qos=2 id=2 topic=\"t\" payload=\"2\"");
}

} // namespace
} // namespace scenario
