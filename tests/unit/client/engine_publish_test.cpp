#include "tests/unit/client/engine_script.hpp"
#include "tests/unit/client/packets.hpp"

#include <gtest/gtest.h>

namespace client::engine {
namespace {

using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::Qos;
using mqtt::ReasonCode;

SessionOptions version_5() {
    SessionOptions options;
    options.version = ProtocolVersion::v5;
    return options;
}

mqtt::PropertyBuilder number(PropertyId id, std::uint32_t value) {
    mqtt::PropertyBuilder properties;
    properties.number(id, value);
    return properties;
}

TEST(EnginePublish, qos_0_is_done_when_it_is_sent) {
    EngineScript script;
    script.connect();
    EXPECT_EQ(*script.engine.publish(message("a/b", "hello")), 1U);
    EXPECT_EQ(script.events(), "");
    EXPECT_EQ(script.sent(), "PUBLISH topic=\"a/b\" payload=\"hello\"\n");
    EXPECT_EQ(script.events(), "published 1\n");
    EXPECT_EQ(script.engine.unfinished(), 0U);
}

TEST(EnginePublish, qos_1_is_done_when_it_is_acknowledged) {
    EngineScript script;
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "1", Qos::at_least_once)));
    EXPECT_EQ(script.sent(), "PUBLISH qos=1 id=1 topic=\"a\" payload=\"1\"\n");
    EXPECT_EQ(script.events(), "");
    EXPECT_EQ(script.engine.unfinished(), 1U);
    script.receive(reply<mqtt::Puback>(1));
    EXPECT_EQ(script.events(), "published 1\n");
    EXPECT_EQ(script.engine.unfinished(), 0U);
}

TEST(EnginePublish, qos_2_is_done_after_four_packets) {
    EngineScript script;
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "2", Qos::exactly_once)));
    EXPECT_EQ(script.sent(), "PUBLISH qos=2 id=1 topic=\"a\" payload=\"2\"\n");
    script.receive(reply<mqtt::Pubrec>(1));
    EXPECT_EQ(script.sent(), "PUBREL id=1 reason=0x00\n");
    EXPECT_EQ(script.events(), "");
    script.receive(reply<mqtt::Pubcomp>(1));
    EXPECT_EQ(script.events(), "published 1\n");
}

TEST(EnginePublish, refused_message_brings_the_servers_words) {
    EngineScript script(version_5());
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "1", Qos::at_least_once)));
    static_cast<void>(script.engine.publish(message("a", "2", Qos::exactly_once)));
    static_cast<void>(script.sent());
    const auto words = mqtt::PropertyBuilder{}.text(PropertyId::reason_string, "no");
    auto puback = reply<mqtt::Puback>(1, ReasonCode::not_authorized);
    puback.properties = words.list();
    script.receive(puback);
    script.receive(reply<mqtt::Pubrec>(2, ReasonCode::quota_exceeded));
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(
        script.events(),
        "published 1 reason 135 (not authorized: no)\npublished 2 reason 151 (quota exceeded)\n"
    );
    EXPECT_EQ(script.engine.unfinished(), 0U);
}

TEST(EnginePublish, acknowledgement_of_nothing_is_a_protocol_error) {
    EngineScript script(version_5());
    script.connect();
    script.receive(reply<mqtt::Puback>(7));
    EXPECT_EQ(script.sent(), "DISCONNECT reason=0x82\n");
    EXPECT_EQ(script.engine.state(), State::failed);
}

TEST(EnginePublish, unknown_pubrec_lets_the_server_forget_it) {
    EngineScript script(version_5());
    script.connect();
    script.receive(reply<mqtt::Pubrec>(7));
    EXPECT_EQ(script.sent(), "PUBREL id=7 reason=0x92\n");
    EXPECT_EQ(script.engine.state(), State::connected);
}

TEST(EnginePublish, receive_maximum_of_the_server_is_kept) {
    EngineScript script(version_5());
    script.connect(connack_with(number(PropertyId::receive_maximum, 2)));
    for (const char* payload : {"1", "2", "3"})
        static_cast<void>(script.engine.publish(message("a", payload, Qos::at_least_once)));
    EXPECT_EQ(
        script.sent(),
        "PUBLISH qos=1 id=1 topic=\"a\" payload=\"1\"\n"
        "PUBLISH qos=1 id=2 topic=\"a\" payload=\"2\"\n"
    );
    script.receive(reply<mqtt::Puback>(2));
    EXPECT_EQ(script.sent(), "PUBLISH qos=1 id=3 topic=\"a\" payload=\"3\"\n");
}

TEST(EnginePublish, own_limit_of_messages_in_flight_is_kept) {
    SessionOptions options;
    options.max_in_flight = 1;
    EngineScript script(options);
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "1", Qos::at_least_once)));
    static_cast<void>(script.engine.publish(message("a", "2", Qos::at_least_once)));
    EXPECT_EQ(script.sent(), "PUBLISH qos=1 id=1 topic=\"a\" payload=\"1\"\n");
}

TEST(EnginePublish, qos_0_does_not_overtake_what_waits) {
    SessionOptions options;
    options.max_in_flight = 1;
    EngineScript script(options);
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "1", Qos::at_least_once)));
    static_cast<void>(script.engine.publish(message("a", "2", Qos::at_least_once)));
    static_cast<void>(script.engine.publish(message("a", "3")));
    static_cast<void>(script.sent());
    script.receive(reply<mqtt::Puback>(1));
    EXPECT_EQ(
        script.sent(),
        "PUBLISH qos=1 id=2 topic=\"a\" payload=\"2\"\n"
        "PUBLISH topic=\"a\" payload=\"3\"\n"
    );
}

TEST(EnginePublish, full_queue_refuses_and_tells_when_there_is_room) {
    SessionOptions options;
    options.max_in_flight = 1;
    options.max_queued = 2;
    EngineScript script(options);
    script.connect();
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(script.engine.publish(message("a", "x", Qos::at_least_once)).has_value());
    EXPECT_FALSE(script.engine.can_publish());
    EXPECT_EQ(script.engine.publish(message("a", "x")).error().kind, RefusalKind::queue_full);
    static_cast<void>(script.sent());
    EXPECT_EQ(script.events(), "room\n");
    EXPECT_TRUE(script.engine.can_publish());
}

TEST(EnginePublish, queue_is_limited_in_bytes_but_takes_one_large_message) {
    SessionOptions options;
    options.max_queued_bytes = 100;
    EngineScript script(options);
    EXPECT_TRUE(script.engine.publish(message("a", std::string(500, 'x'))).has_value());
    EXPECT_FALSE(script.engine.can_publish());
}

TEST(EnginePublish, publishing_from_an_event_does_not_nest) {
    EngineScript script;
    script.connect();
    int depth = 0;
    int deepest = 0;
    int left = 1000;
    script.when_published = [&] {
        deepest = std::max(deepest, ++depth);
        if (left-- > 0) static_cast<void>(script.engine.publish(message("a", "")));
        --depth;
    };
    static_cast<void>(script.engine.publish(message("a", "")));
    static_cast<void>(script.sent());
    EXPECT_EQ(deepest, 1);
    EXPECT_EQ(left, -1);
}

TEST(EnginePublish, waits_for_the_connection) {
    EngineScript script;
    ASSERT_TRUE(script.engine.publish(message("a", "early")).has_value());
    script.engine.on_opened(script.clock.now());
    static_cast<void>(script.sent());
    script.receive(mqtt::Connack{});
    EXPECT_EQ(script.sent(), "PUBLISH topic=\"a\" payload=\"early\"\n");
}

TEST(EnginePublish, invalid_topics_are_refused_before_sending) {
    EngineScript script;
    script.connect();
    for (const std::string topic : {"", "a/+", "#", "bad\xFF"}) {
        const auto result = script.engine.publish(message(topic, ""));
        ASSERT_TRUE(result.has_error()) << topic;
        EXPECT_EQ(result.error().kind, RefusalKind::invalid);
        EXPECT_EQ(result.error().reason, ReasonCode::topic_name_invalid);
    }
    EXPECT_EQ(script.engine.publish(message("a/+", "")).error().what, "invalid topic name \"a/+\"");
    EXPECT_EQ(script.sent(), "");
}

TEST(EnginePublish, limits_of_the_server_are_checked_before_sending) {
    EngineScript script(version_5());
    mqtt::PropertyBuilder limits;
    limits.number(PropertyId::maximum_qos, 1);
    limits.number(PropertyId::retain_available, 0);
    limits.number(PropertyId::maximum_packet_size, 30);
    script.connect(connack_with(limits));
    EXPECT_EQ(
        script.engine.publish(message("a", "", Qos::exactly_once)).error().what,
        "QoS 2 is above the server's maximum of 1"
    );
    Message retained = message("a", "");
    retained.retain = true;
    EXPECT_EQ(
        script.engine.publish(retained).error().what, "the server does not take retained messages"
    );
    EXPECT_EQ(
        script.engine.publish(message("a", std::string(30, 'x'))).error().what,
        "a packet of 36 bytes is above the server's maximum of 30"
    );
    EXPECT_TRUE(script.engine.publish(message("a", std::string(24, 'x'))).has_value());
}

TEST(EnginePublish, message_that_waited_is_checked_when_the_limits_are_known) {
    EngineScript script(version_5());
    ASSERT_TRUE(script.engine.publish(message("a", "", Qos::exactly_once)).has_value());
    script.engine.on_opened(script.clock.now());
    static_cast<void>(script.sent());
    const auto limits = number(PropertyId::maximum_qos, 0);
    script.receive(connack_with(limits));
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(
        script.events(),
        "connected as \"\"\npublished 1 reason 155 (QoS 2 is above the server's "
        "maximum of 0) unsent\n"
    );
}

TEST(EnginePublish, uses_the_aliases_the_server_offers) {
    EngineScript script(version_5());
    script.connect(connack_with(number(PropertyId::topic_alias_maximum, 1)));
    for (const char* topic : {"a", "a", "b"})
        static_cast<void>(script.engine.publish(message(topic, "")));
    EXPECT_EQ(
        script.sent(),
        "PUBLISH topic=\"a\" [topic-alias=1]\n"
        "PUBLISH topic=\"\" [topic-alias=1]\n"
        "PUBLISH topic=\"b\"\n"
    );
    const auto again = number(PropertyId::topic_alias_maximum, 1);
    script.reconnect(connack_with(again));
    static_cast<void>(script.engine.publish(message("a", "")));
    EXPECT_EQ(script.sent(), "PUBLISH topic=\"a\" [topic-alias=1]\n");
}

TEST(EnginePublish, an_alias_that_would_not_fit_is_left_out) {
    EngineScript script(version_5());
    mqtt::PropertyBuilder limits;
    limits.number(PropertyId::topic_alias_maximum, 1);
    limits.number(PropertyId::maximum_packet_size, 20);
    script.connect(connack_with(limits));
    static_cast<void>(script.engine.publish(message("a", std::string(14, 'x'))));
    EXPECT_EQ(script.sent(), "PUBLISH topic=\"a\" payload=\"xxxxxxxxxxxxxx\"\n");
}

TEST(EnginePublish, alias_of_the_caller_sends_the_topic_once) {
    SessionOptions options = version_5();
    options.max_topic_aliases = 0;
    EngineScript script(options);
    script.connect(connack_with(number(PropertyId::topic_alias_maximum, 3)));
    Message chosen = message("a", "");
    chosen.properties.number(PropertyId::topic_alias, 2);
    static_cast<void>(script.engine.publish(chosen));
    static_cast<void>(script.engine.publish(chosen));
    EXPECT_EQ(
        script.sent(), "PUBLISH topic=\"a\" [topic-alias=2]\nPUBLISH topic=\"\" [topic-alias=2]\n"
    );
    Message beyond = message("a", "");
    beyond.properties.number(PropertyId::topic_alias, 4);
    EXPECT_EQ(
        script.engine.publish(beyond).error().what,
        "topic alias 4 is above the server's maximum of 3"
    );
}

SessionOptions persistent() {
    SessionOptions options = version_5();
    options.client_id = "me";
    options.clean_start = false;
    options.session_expiry_interval = 60;
    return options;
}

TEST(EnginePublish, what_is_in_flight_is_sent_again_in_order_when_the_session_is_present) {
    EngineScript script(persistent());
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "1", Qos::exactly_once)));
    static_cast<void>(script.engine.publish(message("a", "2", Qos::at_least_once)));
    static_cast<void>(script.engine.publish(message("a", "3", Qos::exactly_once)));
    static_cast<void>(script.sent());
    script.receive(reply<mqtt::Pubrec>(3));
    script.reconnect(resumed());
    EXPECT_EQ(
        script.sent(),
        "PUBLISH dup qos=2 id=1 topic=\"a\" payload=\"1\"\n"
        "PUBLISH dup qos=1 id=2 topic=\"a\" payload=\"2\"\n"
        "PUBREL id=3 reason=0x00\n"
    );
    script.receive(reply<mqtt::Puback>(2));
    script.receive(reply<mqtt::Pubcomp>(3, ReasonCode::packet_identifier_not_found));
    script.receive(reply<mqtt::Pubrec>(1));
    script.receive(reply<mqtt::Pubcomp>(1));
    EXPECT_EQ(
        script.events(), "reconnected session as \"me\"\npublished 2\npublished 3\npublished 1\n"
    );
    EXPECT_EQ(script.engine.unfinished(), 0U);
}

TEST(EnginePublish, without_the_session_messages_are_sent_as_new_and_released_ones_are_done) {
    EngineScript script(persistent());
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "1", Qos::at_least_once)));
    static_cast<void>(script.engine.publish(message("a", "2", Qos::exactly_once)));
    static_cast<void>(script.sent());
    script.receive(reply<mqtt::Pubrec>(2));
    script.reconnect(mqtt::Connack{});
    EXPECT_EQ(script.sent(), "PUBLISH qos=1 id=1 topic=\"a\" payload=\"1\"\n");
    EXPECT_EQ(script.events(), "published 2\nreconnected as \"me\"\n");
    EXPECT_EQ(script.engine.unfinished(), 1U);
}

TEST(EnginePublish, resending_keeps_a_smaller_window) {
    EngineScript script(persistent());
    script.connect();
    for (const char* payload : {"1", "2", "3"})
        static_cast<void>(script.engine.publish(message("a", payload, Qos::at_least_once)));
    static_cast<void>(script.sent());
    const auto limits = number(PropertyId::receive_maximum, 2);
    mqtt::Connack connack = connack_with(limits);
    connack.session_present = true;
    script.reconnect(connack);
    EXPECT_EQ(
        script.sent(),
        "PUBLISH dup qos=1 id=1 topic=\"a\" payload=\"1\"\n"
        "PUBLISH dup qos=1 id=2 topic=\"a\" payload=\"2\"\n"
    );
    script.receive(reply<mqtt::Puback>(1));
    EXPECT_EQ(script.sent(), "PUBLISH dup qos=1 id=3 topic=\"a\" payload=\"3\"\n");
}

TEST(EnginePublish, what_a_changed_server_would_refuse_is_not_sent_again) {
    EngineScript script(persistent());
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "1", Qos::exactly_once)));
    static_cast<void>(script.engine.publish(message("a", "2", Qos::at_least_once)));
    static_cast<void>(script.sent());
    const auto limits = number(PropertyId::maximum_qos, 1);
    script.reconnect(connack_with(limits));
    EXPECT_EQ(script.sent(), "PUBLISH qos=1 id=2 topic=\"a\" payload=\"2\"\n");
    EXPECT_EQ(
        script.events(),
        "published 1 reason 155 (QoS 2 is above the server's maximum of 1) "
        "unsent\nreconnected as \"me\"\n"
    );
}

} // namespace
} // namespace client::engine
