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

SubscribeRequest to(std::string filter, mqtt::SubscriptionOptions options = {}) {
    SubscribeRequest request;
    request.subscriptions.push_back({std::move(filter), options});
    return request;
}

mqtt::Suback suback(mqtt::PacketId id, std::vector<ReasonCode> reasons) {
    mqtt::Suback packet;
    packet.packet_id = id;
    packet.reasons = std::move(reasons);
    return packet;
}

mqtt::Publish with_alias(std::string_view topic, const mqtt::PropertyBuilder& alias) {
    mqtt::Publish packet = publish(topic, "x", Qos::at_most_once, 0);
    packet.properties = alias.list();
    return packet;
}

TEST(EngineSubscribe, sends_options_and_properties_and_tells_the_answers) {
    EngineScript script(version_5());
    script.connect();
    mqtt::SubscriptionOptions options;
    options.qos = Qos::exactly_once;
    options.no_local = true;
    options.retain_handling = mqtt::RetainHandling::never;
    SubscribeRequest request = to("a/#", options);
    request.subscriptions.push_back({"b", {}});
    request.properties.number(PropertyId::subscription_identifier, 9);
    EXPECT_EQ(*script.engine.subscribe(request), 1U);
    EXPECT_EQ(
        script.sent(),
        "SUBSCRIBE id=1 [subscription-identifier=9] filter=\"a/#\" qos=2 no-local "
        "retain-handling=2 filter=\"b\"\n"
    );
    script.receive(suback(1, {ReasonCode::granted_qos_1, ReasonCode::not_authorized}));
    EXPECT_EQ(script.events(), "subscribed 1: 1 135\n");
}

TEST(EngineSubscribe, unsubscribe_is_answered_in_both_versions) {
    for (const ProtocolVersion version : {ProtocolVersion::v311, ProtocolVersion::v5}) {
        SessionOptions options;
        options.version = version;
        EngineScript script(options);
        script.connect();
        UnsubscribeRequest request;
        request.filters = {"a", "b"};
        static_cast<void>(script.engine.unsubscribe(request));
        EXPECT_EQ(script.sent(), "UNSUBSCRIBE id=1 filter=\"a\" filter=\"b\"\n");
        mqtt::Unsuback answer;
        answer.packet_id = 1;
        const bool has_reasons = version == ProtocolVersion::v5;
        if (has_reasons)
            answer.reasons = {ReasonCode::success, ReasonCode::no_subscription_existed};
        script.receive(answer);
        EXPECT_EQ(script.events(), has_reasons ? "unsubscribed 1: 0 17\n" : "unsubscribed 1:\n");
    }
}

TEST(EngineSubscribe, wrong_answers_are_protocol_errors) {
    {
        EngineScript script(version_5());
        script.connect();
        static_cast<void>(script.engine.subscribe(to("a")));
        script.receive(suback(1, {ReasonCode::success, ReasonCode::success}));
        EXPECT_EQ(script.engine.state(), State::failed);
    }
    EngineScript script(version_5());
    script.connect();
    static_cast<void>(script.engine.subscribe(to("a")));
    mqtt::Unsuback answer;
    answer.packet_id = 1;
    answer.reasons = {ReasonCode::success};
    script.receive(answer);
    EXPECT_EQ(script.engine.state(), State::failed);
}

TEST(EngineSubscribe, identifiers_are_shared_with_publish_and_come_back) {
    EngineScript script;
    script.connect();
    static_cast<void>(script.engine.publish(message("a", "", Qos::at_least_once)));
    EXPECT_EQ(script.sent(), "PUBLISH qos=1 id=1 topic=\"a\"\n");
    static_cast<void>(script.engine.subscribe(to("a")));
    EXPECT_EQ(script.sent(), "SUBSCRIBE id=2 filter=\"a\"\n");
    static_cast<void>(script.engine.publish(message("a", "", Qos::at_least_once)));
    EXPECT_EQ(script.sent(), "PUBLISH qos=1 id=3 topic=\"a\"\n");
}

TEST(EngineSubscribe, limits_of_the_server_and_invalid_filters_are_refused) {
    EngineScript script(version_5());
    mqtt::PropertyBuilder limits;
    limits.number(PropertyId::wildcard_subscription_available, 0);
    limits.number(PropertyId::shared_subscription_available, 0);
    limits.number(PropertyId::subscription_identifier_available, 0);
    script.connect(connack_with(limits));
    EXPECT_EQ(
        script.engine.subscribe(to("a/#")).error().what,
        "the server does not take wildcard subscriptions as \"a/#\""
    );
    EXPECT_EQ(
        script.engine.subscribe(to("$share/g/a")).error().what,
        "the server does not take shared subscriptions as \"$share/g/a\""
    );
    SubscribeRequest with_id = to("a");
    with_id.properties.number(PropertyId::subscription_identifier, 1);
    EXPECT_EQ(
        script.engine.subscribe(with_id).error().what,
        "the server does not take subscription identifiers"
    );
    EXPECT_EQ(script.engine.subscribe(to("a#")).error().what, "invalid topic filter \"a#\"");
    EXPECT_EQ(script.engine.subscribe(to("$share/g")).error().kind, RefusalKind::invalid);
    EXPECT_EQ(script.sent(), "");
}

TEST(EngineSubscribe, no_local_does_not_go_with_shared) {
    EngineScript script(version_5());
    script.connect();
    mqtt::SubscriptionOptions options;
    options.no_local = true;
    EXPECT_TRUE(script.engine.subscribe(to("$share/g/a", options)).has_error());
}

TEST(EngineSubscribe, needs_a_connection) {
    EngineScript script;
    EXPECT_EQ(script.engine.subscribe(to("a")).error().kind, RefusalKind::not_connected);
}

TEST(EngineReceive, acknowledges_after_delivery) {
    EngineScript script;
    script.connect();
    script.when_message = [&script] {
        EXPECT_FALSE(script.engine.has_output());
    };
    script.receive(publish("a", "0", Qos::at_most_once, 0));
    EXPECT_EQ(script.sent(), "");
    script.receive(publish("a", "1", Qos::at_least_once, 5));
    EXPECT_EQ(script.sent(), "PUBACK id=5 reason=0x00\n");
    script.receive(publish("a", "2", Qos::exactly_once, 6));
    EXPECT_EQ(script.sent(), "PUBREC id=6 reason=0x00\n");
    script.receive(reply<mqtt::Pubrel>(6));
    EXPECT_EQ(script.sent(), "PUBCOMP id=6 reason=0x00\n");
    EXPECT_EQ(script.events(), "message a: 0\nmessage a: 1\nmessage a: 2\n");
}

TEST(EngineReceive, tells_the_end_of_a_batch_once) {
    EngineScript script;
    script.connect();
    script.receive_bytes({0x30, 4, 0, 1, 'a', '1', 0x30, 4, 0, 1, 'a', '2', 0x30});
    EXPECT_EQ(script.events(), "message a: 1\nmessage a: 2\n");
    EXPECT_EQ(script.batches, 2); // CONNACK's and this one
}

TEST(EngineReceive, qos_2_duplicate_is_acknowledged_and_not_delivered) {
    SessionOptions options;
    options.client_id = "me";
    options.clean_start = false;
    EngineScript script(options);
    script.connect();
    script.receive(publish("a", "2", Qos::exactly_once, 6));
    EXPECT_EQ(script.events(), "message a: 2\n");
    script.reconnect(resumed());
    mqtt::Publish again = publish("a", "2", Qos::exactly_once, 6);
    again.dup = true;
    script.receive(again);
    EXPECT_EQ(script.events(), "reconnected session as \"me\"\n");
    EXPECT_EQ(script.sent(), "PUBREC id=6 reason=0x00\n");
    script.reconnect(mqtt::Connack{});
    script.receive(again);
    EXPECT_EQ(script.events(), "reconnected as \"me\"\nmessage a: 2\n");
}

TEST(EngineReceive, unknown_pubrel_is_answered_with_not_found) {
    EngineScript script(version_5());
    script.connect();
    script.receive(reply<mqtt::Pubrel>(9));
    EXPECT_EQ(script.sent(), "PUBCOMP id=9 reason=0x92\n");
}

TEST(EngineReceive, more_than_our_receive_maximum_ends_the_connection) {
    SessionOptions options = version_5();
    options.receive_maximum = 1;
    EngineScript script(options);
    script.connect();
    script.receive(publish("a", "1", Qos::exactly_once, 1));
    static_cast<void>(script.sent());
    script.receive(publish("a", "2", Qos::exactly_once, 2));
    EXPECT_EQ(script.sent(), "DISCONNECT reason=0x93\n");
    EXPECT_EQ(script.events(), "message a: 1\n");
}

TEST(EngineReceive, aliases_of_the_server_are_resolved) {
    SessionOptions options = version_5();
    options.topic_alias_maximum = 2;
    EngineScript script(options);
    script.connect();
    mqtt::PropertyBuilder alias;
    alias.number(PropertyId::topic_alias, 2);
    script.receive(with_alias("long/topic", alias));
    script.receive(with_alias("", alias));
    EXPECT_EQ(script.events(), "message long/topic: x\nmessage long/topic: x\n");
    mqtt::PropertyBuilder beyond;
    beyond.number(PropertyId::topic_alias, 3);
    script.receive(with_alias("a", beyond));
    EXPECT_EQ(script.sent(), "DISCONNECT reason=0x94\n");
}

TEST(EngineReceive, alias_that_was_never_set_ends_the_connection) {
    SessionOptions options = version_5();
    options.topic_alias_maximum = 2;
    EngineScript script(options);
    script.connect();
    mqtt::PropertyBuilder alias;
    alias.number(PropertyId::topic_alias, 1);
    script.receive(with_alias("", alias));
    EXPECT_EQ(script.sent(), "DISCONNECT reason=0x94\n");
    EXPECT_EQ(script.events(), "");
}

TEST(EngineReceive, disconnect_in_an_event_acknowledges_this_message_and_leaves_the_next) {
    EngineScript script;
    script.connect();
    script.when_message = [&script] {
        script.engine.disconnect({});
    };
    std::vector<std::uint8_t> bytes{0x32, 6, 0, 1, 'a', 0, 1, '1'};
    bytes.insert(bytes.end(), {0x32, 6, 0, 1, 'a', 0, 2, '2'});
    script.receive_bytes(bytes);
    EXPECT_EQ(script.sent(), "PUBACK id=1 reason=0x00\nDISCONNECT reason=0x00\n");
    EXPECT_EQ(script.events(), "message a: 1\n");
    EXPECT_EQ(script.engine.state(), State::closing);
}

} // namespace
} // namespace client::engine
