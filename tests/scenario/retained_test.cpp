// Retained messages and the subscription options that concern them. [MQTT5 3.3.1.3] [MQTT5 3.8.3.1]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

class Retained : public Scenario {
protected:
    void retain(const std::string& topic, const std::string& payload, PropertyBuilder p = {}) {
        FakePeer pub = connect("pub");
        pub.publish(topic, payload, {.qos = 1, .retain = true, .properties = std::move(p)});
        pub.drop();
    }
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Retained, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

// shows [MQTT-3.3.1-5] [MQTT-3.3.1-9] [MQTT311-3.3.1-5] [MQTT311-3.3.1-6] [MQTT311-3.3.1-8]
TEST_P(Retained, a_new_subscriber_gets_the_last_retained_message_with_the_flag_set) {
    retain("t", "old");
    retain("t", "new");
    for (const ProtocolVersion version : {v31, v311, v5}) {
        FakePeer sub = connect("sub", {.version = version});
        sub.subscribe("t", {.qos = 1});
        EXPECT_EQ(sub.next(), "PUBLISH qos=1 retain id=1 topic=\"t\" payload=\"new\"");
        EXPECT_EQ(sub.next(), "nothing");
    }
    EXPECT_EQ(count(&mqttd::Counters::retained_messages), 1U);
}

// shows [MQTT-3.3.1-6] [MQTT-3.3.1-7] [MQTT311-3.3.1-10] [MQTT311-3.3.1-11]
TEST_P(Retained, an_empty_payload_is_delivered_and_clears_the_topic) {
    retain("t", "x");
    FakePeer live = connect("live");
    live.subscribe("t", {.retain_handling = RetainHandling::never});
    retain("t", "");
    EXPECT_EQ(live.next(), "PUBLISH topic=\"t\"");
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    EXPECT_EQ(sub.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::retained_messages), 0U);
    EXPECT_EQ(count(&mqttd::Counters::retained_bytes), 0U);
}

// shows [MQTT-3.3.1-8] [MQTT311-3.3.1-12]
TEST_P(Retained, a_message_without_the_flag_leaves_the_retained_one_alone) {
    retain("t", "kept");
    FakePeer pub = connect("pub");
    pub.publish("t", "live");
    pub.publish("t", "");
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    EXPECT_EQ(sub.next(), "PUBLISH retain topic=\"t\" payload=\"kept\"");
}

// shows [MQTT311-3.3.1-7]
TEST_P(Retained, a_qos_0_message_replaces_what_was_retained) {
    retain("t", "old");
    connect("pub").publish("t", "new", {.retain = true});
    FakePeer sub = connect("sub", {.version = v311});
    sub.subscribe("t", {.qos = 2});
    EXPECT_EQ(sub.next(), "PUBLISH retain topic=\"t\" payload=\"new\"");
}

// shows [MQTT-3.3.1-12] [MQTT-3.3.1-13] [MQTT311-3.3.1-9]
TEST_P(Retained, retain_as_published_decides_about_the_flag_of_live_messages) {
    FakePeer plain = connect("plain");
    plain.subscribe("t");
    FakePeer as_published = connect("as-published");
    as_published.subscribe("t", {.retain_as_published = true});
    FakePeer v3 = connect("v3", {.version = v311});
    v3.subscribe("t");
    FakePeer pub = connect("pub");
    pub.publish("t", "r", {.retain = true});
    pub.publish("t", "n");
    EXPECT_EQ(plain.next(), "PUBLISH topic=\"t\" payload=\"r\"");
    EXPECT_EQ(v3.next(), "PUBLISH topic=\"t\" payload=\"r\"");
    EXPECT_EQ(as_published.next(), "PUBLISH retain topic=\"t\" payload=\"r\"");
    EXPECT_EQ(as_published.next(), "PUBLISH topic=\"t\" payload=\"n\"");
}

// shows [MQTT-3.3.1-10] [MQTT-3.3.1-11] [MQTT-3.3.1-9] [MQTT-3.8.4-4] [MQTT311-3.8.4-3]
TEST_P(Retained, retain_handling_decides_whether_retained_messages_come_again) {
    retain("t", "r");
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.retain_handling = RetainHandling::never});
    EXPECT_EQ(sub.next(), "nothing");
    sub.subscribe("t", {.retain_handling = RetainHandling::new_subscription});
    EXPECT_EQ(sub.next(), "nothing"); // it is not new
    sub.subscribe("t", {.retain_handling = RetainHandling::always});
    EXPECT_EQ(sub.next(), "PUBLISH retain topic=\"t\" payload=\"r\"");
    sub.unsubscribe({"t"});
    sub.subscribe("t", {.retain_handling = RetainHandling::new_subscription});
    EXPECT_EQ(sub.next(), "PUBLISH retain topic=\"t\" payload=\"r\"");
    FakePeer v3 = connect("v3", {.version = v311});
    for (int i = 0; i < 2; ++i) {
        v3.subscribe("t");
        EXPECT_EQ(v3.next(), "PUBLISH retain topic=\"t\" payload=\"r\"");
    }
}

// shows [MQTT-3.1.2-5]
TEST_P(Retained, a_resumed_session_gets_no_retained_messages_by_itself) {
    retain("t", "r");
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1, .retain_handling = RetainHandling::never});
    sub.drop();
    EXPECT_EQ(connect_persistent("sub").next(), "nothing");
}

// shows [MQTT311-3.1.2-7]
TEST_P(Retained, retained_messages_outlive_the_session_that_published_them) {
    FakePeer pub = connect("pub", {.version = v311});
    pub.publish("t", "r", {.retain = true});
    pub.disconnect();
    broker().advance(240h);
    FakePeer sub = connect("sub");
    sub.subscribe("#");
    EXPECT_EQ(sub.next(), "PUBLISH retain topic=\"t\" payload=\"r\"");
}

TEST_P(Retained, a_wildcard_finds_the_retained_messages_of_every_shard) {
    for (int i = 0; i < 40; ++i)
        retain("house/" + std::to_string(i) + "/t", "v");
    retain("other", "v");
    retain("$hidden/x", "v");
    FakePeer sub = connect("sub");
    sub.subscribe("house/+/t");
    EXPECT_EQ(sub.waiting(), 40U);
    FakePeer all = connect("all");
    all.subscribe("#");
    EXPECT_EQ(all.waiting(), 41U); // [MQTT-4.7.2-1]
}

TEST_P(Retained, a_large_retained_set_goes_through_a_small_window_and_loses_nothing) {
    config.limits.max_inflight_messages = 5;
    config.limits.max_queued_messages = 20;
    FakePeer pub = connect("pub", {.version = v311});
    for (int i = 0; i < 1000; ++i) {
        pub.queue_publish("r/" + std::to_string(i), "v", {.qos = 1, .retain = true});
    }
    broker().settle();
    FakePeer sub = connect("sub");
    sub.subscribe("r/#", {.qos = 1});
    std::size_t received = 0;
    while (const auto packet = sub.next_packet()) {
        ++received;
        sub.puback(std::get<mqtt::Publish>(*packet).packet_id);
    }
    EXPECT_EQ(received, 1000U);
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 0U);
}

TEST_P(Retained, many_replays_at_once_lose_nothing) {
    config.limits.max_queued_messages = 50;
    FakePeer pub = connect("pub", {.version = v311});
    for (int i = 0; i < 200; ++i) {
        pub.queue_publish("r/" + std::to_string(i), "v", {.qos = 1, .retain = true});
    }
    broker().settle();
    FakePeer sub = connect("sub");
    for (const char* filter : {"r/#", "+/+", "r/+", "#"})
        sub.subscribe(filter, {.qos = 1});
    std::size_t received = 0;
    while (const auto packet = sub.next_packet()) {
        ++received;
        sub.puback(std::get<mqtt::Publish>(*packet).packet_id);
    }
    EXPECT_EQ(received, 800U);
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 0U);
}

TEST_P(Retained, the_message_expiry_of_a_retained_message_counts_down_and_removes_it) {
    retain("t", "r", property(PropertyId::message_expiry_interval, 100));
    broker().advance(40s);
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    EXPECT_EQ(sub.next(), "PUBLISH retain topic=\"t\" [message-expiry-interval=60] payload=\"r\"");
    broker().advance(60s);
    sub.subscribe("t");
    EXPECT_EQ(sub.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::retained_messages), 0U);
}

TEST_P(Retained, expired_retained_messages_go_even_if_nobody_asks) {
    retain("t", "r", property(PropertyId::message_expiry_interval, 1));
    broker().advance(61s);
    EXPECT_EQ(count(&mqttd::Counters::retained_messages), 0U);
    EXPECT_EQ(broker().totals().retained_messages.load(), 0);
}

TEST_P(Retained, the_properties_of_a_retained_message_come_with_it) {
    PropertyBuilder properties;
    properties.text(PropertyId::content_type, "text/plain").user_property("k", "v");
    retain("t", "r", properties);
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.identifier = 3});
    EXPECT_EQ(
        sub.next(),
        "PUBLISH retain topic=\"t\" [subscription-identifier=3, content-type=\"text/plain\", "
        "user-property=\"k\":\"v\"] payload=\"r\""
    );
}

TEST_P(Retained, retain_available_false_is_told_and_enforced_with_0x9a) {
    config.retain_available = false;
    FakePeer pub = connect("pub");
    EXPECT_NE(pub.greeting().find("retain-available=0"), std::string::npos);
    pub.publish("t", "x", {.retain = true});
    EXPECT_TRUE(pub.next().starts_with("DISCONNECT reason=0x9A"));
    EXPECT_EQ(pub.next(), "closed");
}

TEST_P(Retained, max_retained_messages_refuses_new_topics_but_not_new_values) {
    config.limits.max_retained_messages = 2;
    retain("a", "1");
    retain("b", "1");
    retain("c", "1");
    retain("a", "2");
    FakePeer sub = connect("sub");
    sub.subscribe("#");
    EXPECT_EQ(sub.waiting(), 2U);
    EXPECT_EQ(count(&mqttd::Counters::refused_retained_limit), 1U);
    retain("b", "");
    retain("c", "1");
    EXPECT_EQ(count(&mqttd::Counters::retained_messages), 2U);
}

TEST_P(Retained, max_retained_bytes_counts_payloads_over_all_shards) {
    config.limits.max_retained_bytes = 10;
    retain("a", "12345");
    retain("b", "12345");
    retain("c", "1");
    EXPECT_EQ(count(&mqttd::Counters::refused_retained_limit), 1U);
    EXPECT_EQ(broker().totals().retained_bytes.load(), 10);
    retain("a", "1");
    retain("c", "1");
    EXPECT_EQ(broker().totals().retained_bytes.load(), 7);
}

TEST_P(Retained, a_newer_live_message_is_not_followed_by_an_older_retained_one) {
    FakePeer pub = connect("pub");
    pub.publish("t", "old", {.retain = true});
    FakePeer sub = connect("sub");
    sub.queue(mqtt::Subscribe{
        .packet_id = 1, .properties = {}, .requests = {{.filter = "#", .options = {}}}});
    pub.queue_publish("t", "new", {.retain = true});
    broker().settle();
    std::string last;
    for (std::string text = sub.next(); text != "nothing"; text = sub.next())
        last = text;
    EXPECT_TRUE(last.ends_with("payload=\"new\"")) << last;
}

} // namespace
} // namespace scenario
