// SUBSCRIBE, UNSUBSCRIBE and what of them reaches whom. [MQTT5 3.8] [MQTT5 3.10] [MQTT5 4.7]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

MIDGE_SCENARIOS(Subscriptions);

// shows [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-2.2.1-6]
// [MQTT-3.9.3-1] [MQTT-3.9.3-2]
TEST_P(Subscriptions, one_suback_answers_all_filters_in_order) {
    config.limits.max_topic_levels = 3;
    FakePeer client = connect("client");
    mqtt::Subscribe subscribe{.packet_id = 700, .properties = {}, .requests = {}};
    subscribe.requests.push_back({.filter = "a", .options = {.qos = mqtt::Qos::exactly_once}});
    subscribe.requests.push_back({.filter = "b/c/d/e", .options = {}});
    subscribe.requests.push_back({.filter = "#", .options = {.qos = mqtt::Qos::at_least_once}});
    subscribe.requests.push_back({.filter = "+/+", .options = {}});
    client.send(subscribe);
    EXPECT_EQ(client.next(), "SUBACK id=700 reasons=0x02,0x8F,0x01,0x00");
}

// shows [MQTT311-3.8.4-1] [MQTT311-3.8.4-2] [MQTT311-3.8.4-4] [MQTT311-3.8.4-5] [MQTT311-3.9.3-1]
// [MQTT311-3.9.3-2] [MQTT311-2.3.1-7]
TEST_P(Subscriptions, a_v311_suback_knows_one_failure_code) {
    config.limits.max_topic_levels = 3;
    FakePeer client = connect("client", {.version = v311});
    EXPECT_EQ(
        client.subscribe_all({"a", "b/c/d/e", "#"}, {.qos = 2}), "SUBACK reasons=0x02,0x80,0x02"
    );
}

// shows [MQTT-3.8.4-3] [MQTT311-3.8.4-3]
TEST_P(Subscriptions, subscribing_again_replaces_the_options) {
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 2, .identifier = 1});
    sub.subscribe("t", {.qos = 0, .identifier = 2});
    connect("pub").publish("t", "x", {.qos = 2});
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" [subscription-identifier=2] payload=\"x\"");
    EXPECT_EQ(sub.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::subscriptions), 1U);
}

// shows [MQTT-3.10.4-1] [MQTT-3.10.4-2] [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-3.10.4-6]
// [MQTT-3.11.3-1] [MQTT-3.11.3-2]
TEST_P(Subscriptions, unsubscribe_ends_exactly_the_named_filters) {
    FakePeer sub = connect("sub");
    sub.subscribe_all({"a/b", "a/+", "A/b"});
    EXPECT_EQ(sub.unsubscribe({"a/b", "a/#", "A/b"}), "UNSUBACK reasons=0x00,0x11,0x00");
    connect("pub").publish("a/b", "x");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"a/b\" payload=\"x\"");
    EXPECT_EQ(sub.next(), "nothing");
}

// shows [MQTT311-3.10.4-1] [MQTT311-3.10.4-2] [MQTT311-3.10.4-4] [MQTT311-3.10.4-5]
// [MQTT311-3.10.4-6]
TEST_P(Subscriptions, a_v311_unsuback_has_no_payload_and_always_comes) {
    FakePeer sub = connect("sub", {.version = v311});
    sub.subscribe("t");
    EXPECT_EQ(sub.unsubscribe({"t", "never/subscribed"}), "UNSUBACK");
    connect("pub").publish("t", "x");
    EXPECT_EQ(sub.next(), "nothing");
}

// shows [MQTT-3.10.4-3] [MQTT311-3.10.4-3]
TEST_P(Subscriptions, deliveries_begun_before_an_unsubscribe_are_completed) {
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 2});
    connect("pub").publish("t", "x", {.qos = 2});
    sub.unsubscribe({"t"});
    sub.drop();
    FakePeer back = connect_persistent("sub");
    EXPECT_EQ(back.next(), "PUBLISH dup qos=2 id=1 topic=\"t\" payload=\"x\"");
    back.pubrec(1);
    EXPECT_EQ(back.next(), "PUBREL id=1 reason=0x00");
    back.pubcomp(1);
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 0U);
}

// shows [MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-5]
TEST_P(Subscriptions, overlapping_v5_subscriptions_give_a_copy_each_with_its_identifier) {
    FakePeer sub = connect("sub");
    sub.subscribe("t/#", {.qos = 0, .identifier = 268435455});
    sub.subscribe("t/a", {.qos = 1, .identifier = 1});
    sub.subscribe("+/a", {.qos = 2});
    connect("pub").publish("t/a", "x", {.qos = 2});
    std::map<int, std::string> by_qos;
    while (const auto packet = sub.next_packet()) {
        const auto& publish = std::get<mqtt::Publish>(*packet);
        const auto id = publish.properties.number(PropertyId::subscription_identifier);
        by_qos[static_cast<int>(publish.qos)] += id ? std::to_string(*id) : "none";
    }
    EXPECT_EQ(by_qos[0], "268435455");
    EXPECT_EQ(by_qos[1], "1");
    EXPECT_EQ(by_qos[2], "none");
}

// shows [MQTT311-3.3.5-1]
TEST_P(Subscriptions, allow_duplicate_messages_false_merges_overlaps_for_v311_only) {
    config.allow_duplicate_messages = false;
    FakePeer v3 = connect("v3", {.version = v311});
    FakePeer new_client = connect("v5");
    for (FakePeer* sub : {&v3, &new_client}) {
        sub->subscribe("t/#", {.qos = 0});
        sub->subscribe("t/a", {.qos = 2});
        sub->subscribe("+/a", {.qos = 1});
    }
    connect("pub").publish("t/a", "x", {.qos = 2});
    EXPECT_EQ(v3.next(), "PUBLISH qos=2 id=1 topic=\"t/a\" payload=\"x\"");
    EXPECT_EQ(v3.next(), "nothing");
    EXPECT_EQ(new_client.waiting(), 3U);
}

// shows [MQTT-3.8.3-3]
TEST_P(Subscriptions, no_local_keeps_a_client_from_its_own_messages) {
    FakePeer client = connect("client");
    client.subscribe("t", {.no_local = true});
    FakePeer other = connect("other");
    other.subscribe("t", {.no_local = true});
    client.publish("t", "own", {.retain = true});
    EXPECT_EQ(client.next(), "nothing");
    EXPECT_EQ(other.next(), "PUBLISH topic=\"t\" payload=\"own\"");
    other.publish("t", "theirs");
    EXPECT_EQ(client.next(), "PUBLISH topic=\"t\" payload=\"theirs\"");
}

TEST_P(Subscriptions, a_bridge_of_311_gets_no_echo) {
    FakePeer bridge = connect("bridge", {.version = v311, .bridge = true});
    bridge.subscribe("#", {.qos = 1});
    bridge.publish("t", "own");
    EXPECT_EQ(bridge.next(), "nothing");
    connect("pub").publish("t", "theirs");
    EXPECT_EQ(bridge.next(), "PUBLISH topic=\"t\" payload=\"theirs\"");
}

// shows [MQTT-4.7.2-1] [MQTT311-4.7.2-1] [MQTT-3.3.2-3] [MQTT311-3.3.2-3]
TEST_P(Subscriptions, wildcards_at_the_start_do_not_match_dollar_topics) {
    FakePeer all = connect("all");
    all.subscribe_all({"#", "+/x"});
    FakePeer named = connect("named", {.version = v311});
    named.subscribe_all({"$app/#"});
    connect("pub").publish("$app/x", "v");
    EXPECT_EQ(all.next(), "nothing");
    EXPECT_EQ(named.next(), "PUBLISH topic=\"$app/x\" payload=\"v\"");
}

// shows [MQTT-4.7.3-4] [MQTT311-4.7.3-4]
TEST_P(Subscriptions, topics_are_compared_as_they_are) {
    FakePeer sub = connect("sub");
    sub.subscribe_all({"a/b", "/a", "a/+/b"});
    FakePeer pub = connect("pub");
    for (const char* topic : {"A/b", "a/b/", "a", "//a", "a/b/c"})
        pub.publish(topic, "x");
    EXPECT_EQ(sub.next(), "nothing");
    for (const char* topic : {"a/b", "/a", "a//b"})
        pub.publish(topic, "x");
    EXPECT_EQ(sub.waiting(), 3U);
}

// shows [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT311-4.7.1-2] [MQTT311-4.7.1-3]
TEST_P(Subscriptions, misplaced_wildcards_close_the_connection) {
    for (const char* filter : {"a/#/b", "a#", "a+/b", "#/"}) {
        FakePeer client = connect("client");
        client.subscribe(filter);
        EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x8F")) << filter;
        EXPECT_EQ(client.next(), "closed");
        FakePeer v3 = connect("v3", {.version = v311});
        v3.subscribe(filter);
        EXPECT_EQ(v3.next(), "closed");
        FakePeer leaving = connect("leaving");
        leaving.unsubscribe({filter});
        EXPECT_TRUE(leaving.next().starts_with("DISCONNECT reason=0x8F")) << filter;
    }
}

// shows [MQTT-3.2.2-10] [MQTT-3.2.2-9]
TEST_P(Subscriptions, max_qos_is_told_granted_and_enforced) {
    config.listeners[0].max_qos = 1;
    FakePeer client = connect("client");
    EXPECT_NE(client.greeting().find("maximum-qos=1"), std::string::npos);
    EXPECT_EQ(client.subscribe("t", {.qos = 2}), 1);
    client.publish("t", "x", {.qos = 1, .id = 9});
    EXPECT_EQ(client.waiting(), 2U);
    client.skip_all();
    client.publish("t", "x", {.qos = 2});
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x9B"));
    EXPECT_EQ(client.next(), "closed");
    FakePeer v3 = connect("v3", {.version = v311});
    v3.publish("t", "x", {.qos = 2});
    EXPECT_EQ(v3.next(), "closed");
}

TEST_P(Subscriptions, a_message_published_after_the_suback_is_never_missed) {
    for (int round = 0; round < 20; ++round) {
        FakePeer sub = connect("sub");
        const std::string topic = "round/" + std::to_string(round);
        ASSERT_EQ(sub.subscribe(topic, {.qos = 1}), 1);
        FakePeer pub = connect("pub");
        pub.publish(topic, "x", {.qos = 1});
        EXPECT_EQ(sub.waiting(), 1U) << topic;
    }
}

TEST_P(Subscriptions, a_mount_point_separates_the_clients_of_a_listener) {
    config.listeners[0].mount_point = "site/";
    config.listeners.emplace_back();
    FakePeer inside = connect("inside");
    inside.subscribe_all({"t", "$share/g/s"}, {.qos = 1});
    FakePeer outside(broker(), broker().open(0, "192.0.2.9", 1));
    outside.connect("outside");
    outside.subscribe("#", {.qos = 0});
    inside.publish("u", "in");
    EXPECT_EQ(outside.next(), "PUBLISH topic=\"site/u\" payload=\"in\"");
    outside.publish("t", "not for them");
    EXPECT_EQ(inside.next(), "nothing");
    outside.publish("site/t", "for them");
    EXPECT_EQ(inside.next(), "PUBLISH topic=\"t\" payload=\"for them\"");
    outside.publish("site/s", "shared");
    EXPECT_EQ(inside.next(), "PUBLISH topic=\"s\" payload=\"shared\"");
    EXPECT_EQ(inside.unsubscribe({"t"}), "UNSUBACK reasons=0x00");
}

} // namespace
} // namespace scenario
