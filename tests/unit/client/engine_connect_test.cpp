#include "tests/unit/client/engine_script.hpp"
#include "tests/unit/client/packets.hpp"

#include <gtest/gtest.h>

namespace client::engine {
namespace {

using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;
using namespace std::chrono_literals;

SessionOptions version_5() {
    SessionOptions options;
    options.version = ProtocolVersion::v5;
    return options;
}

std::string connect_of(const SessionOptions& options) {
    EngineScript script(options);
    script.engine.on_opened(script.clock.now());
    return script.sent();
}

TEST(EngineConnect, sends_the_options_in_connect) {
    SessionOptions options;
    options.client_id = "me";
    options.clean_start = false;
    options.user_name = "joe";
    options.password = "secret";
    options.will = message("w", "gone", mqtt::Qos::at_least_once);
    options.will->retain = true;
    EXPECT_EQ(
        connect_of(options),
        "CONNECT 3.1.1 keep_alive=60 client=\"me\" will(topic=\"w\" qos=1 "
        "retain payload=\"gone\") user=\"joe\" password=\"secret\"\n"
    );
}

TEST(EngineConnect, sends_the_properties_of_version_5) {
    SessionOptions options = version_5();
    options.session_expiry_interval = 30;
    options.receive_maximum = 10;
    options.maximum_packet_size = 1000;
    options.topic_alias_maximum = 5;
    options.request_problem_information = false;
    options.properties.user_property("a", "b");
    EXPECT_EQ(
        connect_of(options),
        "CONNECT 5.0 clean keep_alive=60 client=\"\" [user-property=\"a\":\"b\", "
        "session-expiry-interval=30, receive-maximum=10, maximum-packet-size=1000, "
        "topic-alias-maximum=5, request-problem-information=0]\n"
    );
}

TEST(EngineConnect, tells_the_assigned_client_id_and_uses_it_again) {
    EngineScript script(version_5());
    script.engine.on_opened(script.clock.now());
    mqtt::PropertyBuilder properties;
    properties.text(PropertyId::assigned_client_identifier, "auto-7");
    script.receive(connack_with(properties));
    EXPECT_EQ(script.events(), "connected as \"auto-7\"\n");
    script.engine.on_closed();
    static_cast<void>(script.sent());
    script.engine.on_opened(script.clock.now());
    EXPECT_EQ(script.sent(), "CONNECT 5.0 clean keep_alive=60 client=\"auto-7\"\n");
}

TEST(EngineConnect, resumes_a_session_that_outlives_the_connection) {
    SessionOptions options = version_5();
    options.client_id = "me";
    options.session_expiry_interval = 60;
    EngineScript script(options);
    script.connect();
    script.engine.on_closed();
    script.engine.on_opened(script.clock.now());
    EXPECT_EQ(
        script.sent(), "CONNECT 5.0 keep_alive=60 client=\"me\" [session-expiry-interval=60]\n"
    );
    script.receive(resumed());
    EXPECT_EQ(script.events(), "reconnected session as \"me\"\n");
}

TEST(EngineConnect, refusal_of_3_1_1_keeps_the_return_code) {
    EngineScript script;
    script.engine.on_opened(script.clock.now());
    script.receive_bytes({0x20, 2, 0, 5});
    ASSERT_EQ(script.engine.state(), State::failed);
    EXPECT_EQ(script.engine.failure().kind, FailureKind::refused);
    EXPECT_EQ(script.engine.failure().return_code, 5);
    EXPECT_EQ(script.engine.failure().reason, ReasonCode::not_authorized);
    EXPECT_EQ(script.engine.failure().what, "not authorized");
    EXPECT_FALSE(script.engine.failure().connected_before);
}

TEST(EngineConnect, refusal_of_5_shows_reason_string_and_other_server_escaped) {
    EngineScript script(version_5());
    script.engine.on_opened(script.clock.now());
    mqtt::PropertyBuilder properties;
    properties.text(PropertyId::reason_string, "go\taway");
    properties.text(PropertyId::server_reference, "other:1883");
    mqtt::Connack connack = connack_with(properties);
    connack.reason = ReasonCode::use_another_server;
    script.receive(connack);
    ASSERT_EQ(script.engine.state(), State::failed);
    EXPECT_EQ(script.engine.failure().return_code, 0x9C);
    EXPECT_EQ(script.engine.failure().what, "use another server: go\\x09away");
    EXPECT_EQ(script.engine.failure().server_reference, "other:1883");
}

TEST(EngineConnect, refusal_in_the_old_style_is_understood_by_5) {
    EngineScript script(version_5());
    script.engine.on_opened(script.clock.now());
    script.receive_bytes({0x20, 2, 0, 1});
    ASSERT_EQ(script.engine.state(), State::failed);
    EXPECT_EQ(script.engine.failure().kind, FailureKind::refused);
    EXPECT_EQ(script.engine.failure().reason, ReasonCode::unsupported_protocol_version);
}

TEST(EngineConnect, anything_before_connack_is_a_protocol_error) {
    EngineScript script;
    script.engine.on_opened(script.clock.now());
    script.receive(mqtt::Pingresp{});
    EXPECT_EQ(script.engine.state(), State::failed);
    EXPECT_EQ(script.engine.failure().kind, FailureKind::protocol_error);
}

TEST(EngineConnect, session_present_after_clean_start_is_a_protocol_error) {
    EngineScript script;
    script.engine.on_opened(script.clock.now());
    script.receive(resumed());
    EXPECT_EQ(script.engine.state(), State::failed);
    EXPECT_EQ(script.engine.failure().kind, FailureKind::protocol_error);
}

TEST(EngineConnect, second_connack_is_answered_with_disconnect) {
    EngineScript script(version_5());
    script.connect();
    script.receive(mqtt::Connack{});
    EXPECT_EQ(script.sent(), "DISCONNECT reason=0x82\n");
    EXPECT_EQ(script.engine.failure().kind, FailureKind::protocol_error);
}

TEST(EngineConnect, disconnect_of_the_server_is_shown) {
    EngineScript script(version_5());
    script.connect();
    script.receive(mqtt::Disconnect{.reason = ReasonCode::server_shutting_down, .properties = {}});
    ASSERT_EQ(script.engine.state(), State::failed);
    EXPECT_EQ(script.engine.failure().kind, FailureKind::server_disconnect);
    EXPECT_EQ(script.engine.failure().reason, ReasonCode::server_shutting_down);
    EXPECT_EQ(script.engine.failure().what, "server shutting down");
    EXPECT_TRUE(script.engine.failure().connected_before);
}

TEST(EngineConnect, packets_may_come_in_single_bytes) {
    EngineScript script;
    script.engine.on_opened(script.clock.now());
    const std::vector<std::uint8_t> stream{0x20, 2, 0, 0, 0x30, 5, 0, 1, 'a', 'h', 'i'};
    for (const std::uint8_t byte : stream)
        script.receive_bytes({byte});
    EXPECT_EQ(script.events(), "connected as \"\"\nmessage a: hi\n");
}

TEST(EngineConnect, too_large_packet_is_refused_before_its_body_comes) {
    SessionOptions options = version_5();
    options.maximum_packet_size = 100;
    EngineScript script(options);
    script.connect();
    script.receive_bytes({0x30, 0xFF, 0x7F});
    EXPECT_EQ(script.sent(), "DISCONNECT reason=0x95\n");
    EXPECT_EQ(script.engine.failure().reason, ReasonCode::packet_too_large);
}

TEST(EngineConnect, malformed_packet_names_the_broken_rule) {
    EngineScript script(version_5());
    script.connect();
    script.receive_bytes({0x36, 5, 0, 1, 'a', 0, 0});
    EXPECT_EQ(script.sent(), "DISCONNECT reason=0x81\n");
    EXPECT_NE(script.engine.failure().what.find("invalid PUBLISH"), std::string::npos);
    EXPECT_NE(script.engine.failure().what.find("[MQTT-"), std::string::npos);
}

TEST(EngineConnect, pings_shortly_before_the_interval_is_over) {
    SessionOptions options;
    options.keep_alive = 10s;
    EngineScript script(options);
    script.connect();
    EXPECT_EQ(script.engine.next_time(), script.clock.now() + 9s);
    script.advance(8s);
    EXPECT_EQ(script.sent(), "");
    script.advance(1s);
    EXPECT_EQ(script.sent(), "PINGREQ\n");
    script.receive(mqtt::Pingresp{});
    EXPECT_EQ(script.engine.next_time(), script.clock.now() + 9s);
    EXPECT_EQ(script.engine.state(), State::connected);
}

TEST(EngineConnect, silence_after_a_ping_ends_the_connection) {
    SessionOptions options;
    options.keep_alive = 10s;
    options.ping_timeout = 5s;
    EngineScript script(options);
    script.connect();
    script.advance(9s);
    script.advance(4s);
    EXPECT_EQ(script.engine.state(), State::connected);
    script.receive(publish("a", "still here", mqtt::Qos::at_most_once, 0));
    script.advance(4s);
    EXPECT_EQ(script.engine.state(), State::connected);
    script.advance(1s);
    ASSERT_EQ(script.engine.state(), State::failed);
    EXPECT_EQ(script.engine.failure().kind, FailureKind::keep_alive_timeout);
    EXPECT_EQ(script.engine.failure().what, "no answer to a ping within 5 s");
}

TEST(EngineConnect, keep_alive_of_the_server_replaces_ours) {
    EngineScript script(version_5());
    mqtt::PropertyBuilder properties;
    properties.number(PropertyId::server_keep_alive, 20);
    script.connect(connack_with(properties));
    EXPECT_EQ(script.engine.next_time(), script.clock.now() + 18s);
}

TEST(EngineConnect, keep_alive_0_needs_no_time) {
    SessionOptions options;
    options.keep_alive = 0s;
    EngineScript script(options);
    script.connect();
    EXPECT_EQ(script.engine.next_time(), std::nullopt);
}

TEST(EngineConnect, disconnect_carries_reason_and_properties) {
    EngineScript script(version_5());
    script.connect();
    DisconnectRequest request{.reason = ReasonCode::disconnect_with_will, .properties = {}};
    request.properties.text(PropertyId::reason_string, "bye");
    script.engine.disconnect(request);
    EXPECT_EQ(script.sent(), "DISCONNECT reason=0x04 [reason-string=\"bye\"]\n");
    EXPECT_EQ(script.engine.state(), State::closing);
    EXPECT_FALSE(script.engine.can_publish());
    EXPECT_EQ(script.engine.publish(message("a", "b")).error().kind, RefusalKind::closing);
}

TEST(EngineConnect, authentication_in_steps_is_refused) {
    SessionOptions options = version_5();
    options.properties.text(PropertyId::authentication_method, "GS2");
    EngineScript script(options);
    script.engine.on_opened(script.clock.now());
    mqtt::PropertyBuilder properties;
    properties.text(PropertyId::authentication_method, "GS2");
    script.receive(mqtt::Auth{
        .reason = ReasonCode::continue_authentication, .properties = properties.list()});
    EXPECT_EQ(script.engine.failure().kind, FailureKind::protocol_error);
    EXPECT_EQ(script.engine.failure().reason, ReasonCode::bad_authentication_method);
}

} // namespace
} // namespace client::engine
