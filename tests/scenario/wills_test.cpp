// Wills: when they go out and when they do not. [MQTT5 3.1.2.5] [MQTT5 3.1.3.2]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

class Wills : public Scenario {
protected:
    FakePeer watcher() {
        FakePeer peer = connect("watcher");
        peer.subscribe("will/#", {.qos = 2, .retain_as_published = true});
        return peer;
    }

    static ConnectOptions with_will(std::uint32_t delay = 0, std::uint32_t expiry = 0) {
        ConnectOptions options{.clean = false};
        if (expiry > 0) options.properties = Scenario::expiry(expiry);
        options.will = WillOptions{.topic = "will/t", .payload = "gone"};
        if (delay > 0) {
            options.will->properties = property(PropertyId::will_delay_interval, delay);
        }
        return options;
    }

    static constexpr const char* the_will = "PUBLISH topic=\"will/t\" payload=\"gone\"";
};

INSTANTIATE_TEST_SUITE_P(Shards, Wills, testing::Values(1U, 2U), testing::PrintToStringParamName());

// shows [MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT-3.1.2-14] [MQTT311-3.1.2-8] [MQTT311-3.1.2-16]
TEST_P(Wills, a_will_goes_out_when_the_network_connection_is_lost) {
    FakePeer watch = watcher();
    for (const ProtocolVersion version : {v31, v311, v5}) {
        ConnectOptions options = with_will();
        options.version = version;
        connect("client", options).drop();
        EXPECT_EQ(watch.next(), the_will);
        EXPECT_EQ(watch.next(), "nothing");
    }
    EXPECT_EQ(count(&mqttd::Counters::wills_sent), 3U);
    FakePeer late = connect("late");
    late.subscribe("will/#");
    EXPECT_EQ(late.next(), "nothing");
}

// shows [MQTT-3.14.4-3] [MQTT-3.1.2-10] [MQTT311-3.14.4-3] [MQTT311-3.1.2-10]
TEST_P(Wills, a_normal_disconnect_deletes_the_will) {
    FakePeer watch = watcher();
    for (const ProtocolVersion version : {v311, v5}) {
        ConnectOptions options = with_will();
        options.version = version;
        connect("client", options).disconnect();
        connect("client", {.version = version, .clean = false}).drop();
    }
    EXPECT_EQ(watch.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::wills_sent), 0U);
}

TEST_P(Wills, disconnect_with_0x04_publishes_the_will) {
    FakePeer watch = watcher();
    connect("client", with_will()).disconnect(ReasonCode::disconnect_with_will);
    EXPECT_EQ(watch.next(), the_will);
}

TEST_P(Wills, only_reason_0x00_deletes_the_will) {
    FakePeer watch = watcher();
    connect("client", with_will()).disconnect(ReasonCode::unspecified_error);
    EXPECT_EQ(watch.next(), the_will);
}

// shows [MQTT-3.1.2-15] [MQTT-3.1.3-10] [MQTT311-3.1.2-17]
TEST_P(Wills, a_will_keeps_its_qos_retain_flag_and_properties_in_order) {
    FakePeer watch = watcher();
    ConnectOptions options = with_will();
    options.will->qos = 2;
    options.will->retain = true;
    PropertyBuilder& properties = options.will->properties;
    properties.user_property("b", "1").number(PropertyId::message_expiry_interval, 50);
    properties.user_property("a", "2").text(PropertyId::content_type, "x");
    connect("client", options).drop();
    EXPECT_EQ(
        watch.next(),
        "PUBLISH qos=2 retain id=1 topic=\"will/t\" [message-expiry-interval=50, "
        "user-property=\"b\":\"1\", user-property=\"a\":\"2\", content-type=\"x\"] payload=\"gone\""
    );
    FakePeer late = connect("late");
    late.subscribe("will/t");
    EXPECT_TRUE(late.next().starts_with("PUBLISH retain topic=\"will/t\""));
}

// shows [MQTT-3.1.2-8]
TEST_P(Wills, a_delayed_will_waits_for_its_delay) {
    FakePeer watch = watcher();
    connect("client", with_will(10, 100)).drop();
    broker().advance(9s);
    EXPECT_EQ(watch.next(), "nothing");
    broker().advance(1s);
    EXPECT_EQ(watch.next(), the_will);
    broker().advance(200s);
    EXPECT_EQ(watch.next(), "nothing");
}

// shows [MQTT-3.1.3-9]
TEST_P(Wills, a_return_within_the_delay_cancels_the_will) {
    FakePeer watch = watcher();
    connect("client", with_will(10, 100)).drop();
    broker().advance(9s);
    FakePeer back = connect("client", {.clean = false, .properties = expiry(100)});
    EXPECT_TRUE(back.greeting().starts_with("CONNACK session-present"));
    broker().advance(100s);
    back.drop();
    broker().advance(200s);
    EXPECT_EQ(watch.next(), "nothing");
}

TEST_P(Wills, the_end_of_the_session_does_not_wait_for_the_delay) {
    FakePeer watch = watcher();
    connect("client", with_will(100, 10)).drop();
    broker().advance(10s);
    EXPECT_EQ(watch.next(), the_will);
    connect("client", with_will(100, 0)).drop();
    EXPECT_EQ(watch.next(), the_will);
}

TEST_P(Wills, delayed_wills_go_out_in_the_order_of_their_time) {
    FakePeer watch = watcher();
    ConnectOptions slow = with_will(100, 1000);
    slow.will->payload = "slow";
    ConnectOptions fast = with_will(20, 1000);
    fast.will->payload = "fast";
    connect("slow", slow).drop();
    broker().advance(10s);
    connect("fast", fast).drop();
    broker().advance(90s);
    EXPECT_EQ(watch.next(), "PUBLISH topic=\"will/t\" payload=\"fast\"");
    EXPECT_EQ(watch.next(), "PUBLISH topic=\"will/t\" payload=\"slow\"");
}

TEST_P(Wills, a_takeover_publishes_a_will_without_delay) {
    FakePeer watch = watcher();
    FakePeer first = connect("client", with_will(0, 100));
    FakePeer second = connect("client", {.clean = false, .properties = expiry(100)});
    EXPECT_EQ(watch.next(), the_will);
    second.drop();
    EXPECT_EQ(watch.next(), "nothing");
}

TEST_P(Wills, a_takeover_within_the_delay_cancels_the_will) {
    FakePeer watch = watcher();
    FakePeer first = connect("client", with_will(10, 100));
    FakePeer second = connect("client", {.clean = false, .properties = expiry(100)});
    broker().advance(50s);
    EXPECT_EQ(watch.next(), "nothing");
}

TEST_P(Wills, a_takeover_with_clean_start_ends_the_session_and_publishes_its_will) {
    FakePeer watch = watcher();
    FakePeer first = connect("client", with_will(10, 100));
    FakePeer second = connect("client");
    EXPECT_EQ(watch.next(), the_will);
    EXPECT_EQ(watch.next(), "nothing");
}

TEST_P(Wills, a_clean_start_publishes_the_delayed_will_of_the_session_it_ends) {
    FakePeer watch = watcher();
    connect("client", with_will(10, 100)).drop();
    EXPECT_EQ(watch.next(), "nothing");
    FakePeer second = connect("client");
    EXPECT_EQ(watch.next(), the_will);
}

TEST_P(Wills, a_protocol_error_publishes_the_will) {
    FakePeer watch = watcher();
    FakePeer client = connect("client", with_will());
    client.send_hex("10 00");
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x8"));
    EXPECT_EQ(watch.next(), the_will);
}

TEST_P(Wills, a_keep_alive_timeout_publishes_the_will) {
    FakePeer watch = watcher();
    ConnectOptions options = with_will();
    options.keep_alive = 10;
    FakePeer client = connect("client", options);
    broker().advance(15s);
    EXPECT_EQ(watch.next(), the_will);
}

// shows [MQTT311-3.1.2-12]
TEST_P(Wills, a_client_without_a_will_leaves_silently) {
    FakePeer watch = connect("watcher");
    watch.subscribe("#");
    connect("client", {.version = v311}).drop();
    EXPECT_EQ(watch.next(), "nothing");
}

TEST_P(Wills, a_new_connection_replaces_the_will_of_the_one_before) {
    FakePeer watch = watcher();
    FakePeer first = connect("client", with_will(10, 100));
    ConnectOptions options = with_will(0, 100);
    options.will->payload = "second";
    FakePeer second = connect("client", options);
    second.drop();
    broker().advance(100s);
    EXPECT_EQ(watch.next(), "PUBLISH topic=\"will/t\" payload=\"second\"");
    EXPECT_EQ(watch.next(), "nothing");
}

// shows [MQTT-3.2.2-12] [MQTT-3.2.2-13] [MQTT-3.2.2-7]
TEST_P(Wills, a_will_that_could_not_be_published_refuses_the_connection) {
    config.listeners[0].max_qos = 1;
    config.retain_available = false;
    config.limits.message_size_limit = 3;
    const auto answer = [&](WillOptions will) {
        ConnectOptions options;
        options.will = std::move(will);
        FakePeer client = connect("client", options);
        const std::string greeting = client.greeting();
        EXPECT_EQ(client.next(), "closed");
        return greeting.substr(0, greeting.find(" ["));
    };
    EXPECT_EQ(answer({.topic = "t", .qos = 2}), "CONNACK reason=0x9B");
    EXPECT_EQ(answer({.topic = "t", .retain = true}), "CONNACK reason=0x9A");
    EXPECT_EQ(answer({.topic = "t", .payload = "long"}), "CONNACK reason=0x95");
    EXPECT_EQ(answer({.topic = "$SYS/broker/uptime"}), "CONNACK reason=0x87");
    EXPECT_EQ(answer({.topic = "$CONTROL/x"}), "CONNACK reason=0x87");
    EXPECT_EQ(count(&mqttd::Counters::clients_total), 0U);
}

TEST_P(Wills, a_shutdown_publishes_the_wills_of_connected_clients_before_anybody_is_told) {
    FakePeer watch = watcher();
    FakePeer client = connect("client", with_will(100, 1000));
    FakePeer v3 = connect("v3", {.version = v311});
    broker().stop();
    EXPECT_EQ(watch.next(), the_will);
    EXPECT_TRUE(watch.next().starts_with("DISCONNECT reason=0x8B"));
    EXPECT_EQ(watch.next(), "closed");
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x8B"));
    EXPECT_EQ(client.next(), "closed");
    EXPECT_EQ(v3.next(), "closed");
}

} // namespace
} // namespace scenario
