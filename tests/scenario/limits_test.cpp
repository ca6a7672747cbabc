// Every limit of the configuration that a scenario can reach: what it refuses, how the client
// hears of it, and which counter moves. Retained limits are in retained_test.
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

class Limits : public Scenario {
protected:
    FakePeer open_from(const std::string& address) {
        auto socket = broker().open(0, address);
        if (!socket) {
            socket = std::make_shared<support::FakeSocket>();
            socket->closed = true;
        }
        return FakePeer(broker(), std::move(socket));
    }

    static std::string connack_of(FakePeer& peer) {
        return peer.greeting().substr(0, peer.greeting().find(" ["));
    }
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Limits, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

TEST_P(Limits, max_connections_of_a_listener_frees_a_slot_with_each_connection_that_ends) {
    config.listeners[0].max_connections = 2;
    FakePeer a = open();
    FakePeer b = open();
    EXPECT_EQ(open_from("192.0.2.1").next(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::connections_refused_limit), 1U);
    a.drop();
    FakePeer c = open_from("192.0.2.1");
    c.connect("c");
    EXPECT_EQ(connack_of(c), "CONNACK reason=0x00");
}

TEST_P(Limits, max_connections_per_address_counts_each_address_alone) {
    config.listeners[0].max_connections_per_address = 1;
    FakePeer a = open_from("192.0.2.1");
    EXPECT_EQ(open_from("192.0.2.1").next(), "closed");
    FakePeer b = open_from("192.0.2.2");
    EXPECT_EQ(b.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::connections_refused_limit), 1U);
    a.drop();
    EXPECT_EQ(open_from("192.0.2.1").next(), "nothing");
}

TEST_P(Limits, global_max_connections_counts_all_listeners) {
    config.listeners.emplace_back();
    config.limits.global_max_connections = 1;
    FakePeer a = open_from("192.0.2.1");
    EXPECT_EQ(broker().open(0, "192.0.2.2", 1), nullptr);
    EXPECT_EQ(count(&mqttd::Counters::connections_refused_limit), 1U);
    a.drop();
    EXPECT_NE(broker().open(0, "192.0.2.2", 1), nullptr);
}

TEST_P(Limits, global_max_clients_counts_stored_sessions_and_lets_known_ones_return) {
    config.limits.global_max_clients = 2;
    connect_persistent("stored").drop();
    FakePeer here = connect("here");
    FakePeer refused = connect("third");
    EXPECT_EQ(connack_of(refused), "CONNACK reason=0x89");
    EXPECT_EQ(refused.next(), "closed");
    FakePeer v3 = connect("fourth", {.version = v311});
    EXPECT_EQ(v3.greeting(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::connections_refused_limit), 2U);
    FakePeer back = connect_persistent("stored");
    EXPECT_EQ(connack_of(back), "CONNACK session-present reason=0x00");
    here.drop();
    FakePeer third = connect("third");
    EXPECT_EQ(connack_of(third), "CONNACK reason=0x00");
}

TEST_P(Limits, max_packet_size_is_told_and_enforced_before_the_body_arrives) {
    config.limits.max_packet_size = 100;
    FakePeer client = connect("client");
    EXPECT_NE(client.greeting().find("maximum-packet-size=100"), std::string::npos);
    client.publish("t", std::string(95, 'x')); // 101 bytes
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x95"));
    EXPECT_EQ(client.next(), "closed");
    FakePeer within = connect("within");
    within.publish("t", std::string(94, 'x'));
    EXPECT_EQ(within.next(), "nothing");
    FakePeer early = connect("early");
    early.send_hex("30 ff ff ff 7f 00");
    EXPECT_TRUE(early.next().starts_with("DISCONNECT reason=0x95"));
    FakePeer v3 = connect("v3", {.version = v311});
    v3.send_hex("30 ff ff ff 7f 00");
    EXPECT_EQ(v3.next(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::refused_packet_size), 3U);
}

TEST_P(Limits, max_message_rate_ends_a_client_that_publishes_more_in_a_second) {
    config.limits.max_message_rate = 2;
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    FakePeer steady = connect("steady");
    FakePeer flood = connect("flood");
    FakePeer v3 = connect("v3", {.version = v311});
    for (int second = 0; second < 3; ++second) {
        steady.publish("t", "x");
        steady.publish("t", "x", {.qos = 1, .id = 1});
        EXPECT_EQ(steady.next(), "PUBACK id=1 reason=0x00");
        broker().advance(1s);
    }
    for (int i = 0; i < 3; ++i) {
        flood.publish("t", "x");
        v3.publish("t", "x");
    }
    EXPECT_TRUE(flood.next().starts_with("DISCONNECT reason=0x96 [reason-string="));
    EXPECT_EQ(flood.next(), "closed");
    EXPECT_EQ(v3.next(), "closed");
    EXPECT_EQ(sub.waiting(), 10U);
    EXPECT_EQ(count(&mqttd::Counters::refused_message_rate), 2U);
}

TEST_P(Limits, max_connect_size_bounds_what_a_stranger_may_send) {
    config.limits.max_connect_size = 200;
    FakePeer client = open();
    client.connect(std::string(200, 'c'));
    EXPECT_EQ(client.greeting(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::connections_refused_protocol), 1U);
    EXPECT_TRUE(broker().log().has("max_connect_size 200"));
    FakePeer fits = connect("fits");
    fits.publish("t", std::string(5000, 'x'));
    EXPECT_EQ(fits.next(), "nothing");
}

TEST_P(Limits, message_size_limit_completes_the_flow_and_routes_nothing) {
    config.limits.message_size_limit = 10;
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    FakePeer pub = connect("pub");
    const std::string large(11, 'x');
    pub.publish("t", large, {.qos = 1, .id = 1});
    EXPECT_TRUE(pub.next().starts_with("PUBACK id=1 reason=0x83 [reason-string="));
    pub.publish("t", large, {.qos = 2, .id = 2});
    EXPECT_TRUE(pub.next().starts_with("PUBREC id=2 reason=0x83"));
    pub.publish("t", large);
    FakePeer v3 = connect("v3", {.version = v311});
    v3.publish("t", large, {.qos = 1, .id = 3});
    EXPECT_EQ(v3.next(), "PUBACK id=3 reason=0x00");
    EXPECT_EQ(sub.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::dropped_message_size_limit), 4U);
    pub.publish("t", std::string(10, 'x'));
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"xxxxxxxxxx\"");
}

TEST_P(Limits, max_topic_levels_holds_for_names_filters_and_wills) {
    std::string deep = "a";
    for (int i = 1; i < 200; ++i)
        deep += "/a";
    FakePeer sub = connect("sub");
    EXPECT_EQ(sub.subscribe(deep), 0);
    EXPECT_EQ(sub.subscribe(deep + "/#"), 0x8F);
    EXPECT_EQ(count(&mqttd::Counters::refused_topic_levels), 1U);
    FakePeer pub = connect("pub");
    pub.publish(deep, "x");
    EXPECT_TRUE(sub.next().ends_with("payload=\"x\""));
    pub.publish(deep + "/b", "x");
    EXPECT_TRUE(pub.next().starts_with("DISCONNECT reason=0x90"));
    EXPECT_EQ(pub.next(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::refused_topic_levels), 2U);
    ConnectOptions options;
    options.will = WillOptions{.topic = deep + "/b"};
    FakePeer with_will = connect("will", options);
    EXPECT_EQ(connack_of(with_will), "CONNACK reason=0x90");
}

TEST_P(Limits, max_subscriptions_per_client_refuses_only_new_filters) {
    config.limits.max_subscriptions_per_client = 2;
    FakePeer client = connect("client");
    EXPECT_EQ(client.subscribe_all({"a", "b", "c"}), "SUBACK reasons=0x00,0x00,0x97");
    EXPECT_EQ(client.subscribe("a", {.qos = 1}), 1);
    EXPECT_EQ(count(&mqttd::Counters::refused_subscriptions_per_client), 1U);
    client.unsubscribe({"b"});
    EXPECT_EQ(client.subscribe("c"), 0);
    FakePeer v3 = connect("v3", {.version = v311});
    EXPECT_EQ(v3.subscribe_all({"a", "b", "c"}), "SUBACK reasons=0x00,0x00,0x80");
}

TEST_P(Limits, max_user_properties_of_one_message_are_refused_with_0x97) {
    config.limits.max_user_properties = 2;
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    FakePeer pub = connect("pub");
    PropertyBuilder properties;
    properties.user_property("a", "1").user_property("b", "2");
    pub.publish("t", "x", {.qos = 1, .id = 1, .properties = properties});
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x00");
    properties.user_property("c", "3");
    pub.publish("t", "x", {.qos = 1, .id = 2, .properties = properties});
    EXPECT_TRUE(pub.next().starts_with("PUBACK id=2 reason=0x97"));
    pub.publish("t", "x", {.qos = 2, .id = 3, .properties = properties});
    EXPECT_TRUE(pub.next().starts_with("PUBREC id=3 reason=0x97"));
    EXPECT_EQ(sub.waiting(), 1U);
    EXPECT_EQ(count(&mqttd::Counters::refused_user_properties), 2U);
}

TEST_P(Limits, max_queued_messages_drops_the_newest_and_counts_it) {
    config.limits.max_queued_messages = 2;
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    sub.drop();
    FakePeer pub = connect("pub");
    for (const char* payload : {"1", "2", "3", "4"})
        pub.publish("t", payload, {.qos = 1});
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 2U);
    EXPECT_EQ(count(&mqttd::Counters::publish_dropped), 2U);
    FakePeer back = connect_persistent("sub");
    EXPECT_EQ(back.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"1\"");
    EXPECT_EQ(back.next(), "PUBLISH qos=1 id=2 topic=\"t\" payload=\"2\"");
    EXPECT_EQ(back.next(), "nothing");
    EXPECT_TRUE(broker().log().has("outgoing messages are being dropped for client"));
}

TEST_P(Limits, max_queued_bytes_bounds_a_queue_by_size) {
    config.limits.max_queued_bytes = 3000;
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    sub.drop();
    FakePeer pub = connect("pub");
    for (int i = 0; i < 5; ++i)
        pub.publish("t", std::string(1000, 'x'), {.qos = 1});
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 3U);
    pub.publish("t", "small", {.qos = 1});
    EXPECT_EQ(connect_persistent("sub").waiting(), 3U);
}

TEST_P(Limits, max_inflight_messages_is_the_window_of_a_v311_client) {
    config.limits.max_inflight_messages = 2;
    FakePeer sub = connect("sub", {.version = v311});
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub", {.version = v311});
    for (int i = 0; i < 5; ++i)
        pub.publish("t", "x", {.qos = 1});
    EXPECT_EQ(sub.waiting(), 2U);
    sub.puback(1);
    EXPECT_EQ(sub.waiting(), 3U);
}

TEST_P(Limits, max_inflight_messages_0_means_no_limit) {
    config.limits.max_inflight_messages = 0;
    FakePeer sub = connect("sub", {.version = v311});
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    EXPECT_EQ(pub.greeting().find("receive-maximum"), std::string::npos);
    for (int i = 0; i < 100; ++i)
        pub.queue_publish("t", "x", {.qos = 2});
    broker().settle();
    EXPECT_EQ(sub.waiting(), 100U);
    EXPECT_EQ(pub.waiting(), 100U);
}

TEST_P(Limits, max_inflight_bytes_always_lets_one_message_through) {
    config.limits.max_inflight_bytes = 1500;
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    pub.publish("t", std::string(5000, 'x'), {.qos = 1});
    EXPECT_EQ(sub.waiting(), 1U);
    pub.publish("t", std::string(1000, 'x'), {.qos = 1});
    pub.publish("t", std::string(1000, 'x'), {.qos = 1});
    EXPECT_EQ(sub.waiting(), 1U);
    sub.puback(1);
    EXPECT_EQ(sub.waiting(), 2U);
    sub.puback(2);
    EXPECT_EQ(sub.waiting(), 3U);
}

TEST_P(Limits, max_output_bytes_drops_qos0_and_lets_qos1_wait) {
    config.limits.max_output_bytes = 10'000;
    FakePeer slow = connect("slow");
    slow.subscribe("t", {.qos = 1});
    slow.socket().write_room = 0;
    FakePeer pub = connect("pub");
    for (int i = 0; i < 20; ++i)
        pub.publish("t", std::string(1000, 'x'));
    EXPECT_EQ(count(&mqttd::Counters::dropped_output_full), 10U);
    pub.publish("t", "kept", {.qos = 1});
    slow.socket().write_room = support::FakeSocket::unlimited;
    broker().settle();
    EXPECT_EQ(slow.waiting(), 11U);
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(slow.next().starts_with("PUBLISH topic=\"t\""));
    EXPECT_EQ(slow.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"kept\"");
}

TEST_P(Limits, a_client_that_does_not_read_is_not_read_from_either) {
    config.limits.max_output_bytes = 1000;
    FakePeer client = connect("client");
    client.socket().write_room = 0;
    for (int i = 0; i < 2000; ++i)
        client.queue(mqtt::Pingreq{});
    broker().settle();
    for (int i = 0; i < 2000; ++i)
        client.queue(mqtt::Pingreq{});
    broker().settle();
    EXPECT_FALSE(client.socket().to_broker.empty());
    client.socket().write_room = support::FakeSocket::unlimited;
    broker().settle();
    EXPECT_TRUE(client.socket().to_broker.empty());
    EXPECT_EQ(client.waiting(), 4000U);
}

TEST_P(Limits, queue_qos0_messages_keeps_them_for_absent_clients) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    sub.drop();
    FakePeer pub = connect("pub");
    pub.publish("t", "lost");
    EXPECT_EQ(count(&mqttd::Counters::dropped_no_session_offline), 1U);
    config = broker().config();
    config.queue_qos0_messages = true;
    broker().reload(config);
    pub.publish("t", "kept");
    pub.publish("t", "too", {.qos = 1});
    FakePeer back = connect_persistent("sub");
    EXPECT_EQ(back.next(), "PUBLISH topic=\"t\" payload=\"kept\"");
    EXPECT_EQ(back.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"too\"");
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 1U);
}

TEST_P(Limits, memory_limit_refuses_new_clients_and_messages_until_it_is_over) {
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    FakePeer pub = connect("pub");
    FakePeer v3 = connect("v3", {.version = v311});
    broker().totals().memory_exhausted = true; // housekeeping sets it from the heap
    pub.publish("t", "x", {.qos = 1, .id = 1});
    EXPECT_TRUE(pub.next().starts_with("PUBACK id=1 reason=0x97"));
    FakePeer late = connect("late");
    EXPECT_EQ(connack_of(late), "CONNACK reason=0x97");
    v3.publish("t", "x", {.qos = 1, .id = 1});
    EXPECT_EQ(v3.next(), "closed");
    EXPECT_EQ(sub.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::refused_memory_limit), 3U);
    broker().totals().memory_exhausted = false;
    pub.publish("t", "x", {.qos = 1, .id = 1});
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x00");
}

TEST_P(Limits, a_reload_changes_limits_for_connected_clients) {
    FakePeer pub = connect("pub");
    pub.publish("t", "0123456789", {.qos = 1, .id = 1});
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x10");
    config = broker().config();
    config.limits.message_size_limit = 5;
    broker().reload(config);
    pub.publish("t", "0123456789", {.qos = 1, .id = 2});
    EXPECT_TRUE(pub.next().starts_with("PUBACK id=2 reason=0x83"));
}

} // namespace
} // namespace scenario
