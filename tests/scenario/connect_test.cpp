// The handshake: who is let in, who is refused and how. [MQTT5 3.1] [MQTT5 3.2] [MQTT5 4.12]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

class Handshake : public Scenario {
protected:
    /// The answer to these bytes, CONNACK in the form of this version, and then "closed".
    std::string answer_to(std::string_view hex) {
        FakePeer client = open();
        client.send_hex(hex);
        std::string text;
        for (const std::uint8_t byte : client.socket().from_broker) {
            constexpr std::string_view digits = "0123456789ABCDEF";
            text += text.empty() ? "" : " ";
            text += digits[byte >> 4U];
            text += digits[byte & 0x0FU];
        }
        return text + (client.socket().closed ? " closed" : " open");
    }
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Handshake, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

// shows [MQTT-3.1.0-1] [MQTT311-3.1.0-1] [MQTT-3.14.0-1]
TEST_P(Handshake, a_first_packet_other_than_connect_closes_without_an_answer) {
    EXPECT_EQ(answer_to("c0 00"), " closed");
    EXPECT_EQ(answer_to("30 03 00 01 61"), " closed");
    EXPECT_EQ(count(&mqttd::Counters::connections_refused_protocol), 2U);
    EXPECT_TRUE(broker().log().has("first packet is not CONNECT"));
}

TEST_P(Handshake, tls_and_http_on_a_plain_listener_are_recognised_in_the_log) {
    EXPECT_EQ(answer_to("16 03 01 02 00 01 00 01 fc 03 03"), " closed");
    EXPECT_TRUE(broker().log().has("looks like TLS"));
    EXPECT_EQ(answer_to("47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a 0d 0a"), " closed");
    EXPECT_TRUE(broker().log().has("looks like HTTP"));
}

// shows [MQTT-3.1.0-2] [MQTT-3.2.0-2] [MQTT311-3.1.0-2]
TEST_P(Handshake, a_second_connect_is_a_protocol_error) {
    FakePeer client = connect("client");
    client.connect("again");
    EXPECT_TRUE(client.greeting().starts_with("DISCONNECT reason=0x82"));
    EXPECT_EQ(client.next(), "closed");
    FakePeer v3 = connect("v3", {.version = v311});
    v3.connect("again", {.version = v311});
    EXPECT_EQ(v3.greeting(), "closed");
}

// shows [MQTT-3.1.2-2] [MQTT311-3.1.2-2]
TEST_P(Handshake, an_unknown_protocol_level_is_answered_in_the_oldest_form) {
    EXPECT_EQ(answer_to("10 0d 00 04 4d 51 54 54 06 02 00 3c 00 01 61"), "20 02 00 01 closed");
    EXPECT_EQ(answer_to("10 0d 00 04 4d 51 54 54 02 02 00 3c 00 01 61"), "20 02 00 01 closed");
}

// shows [MQTT-3.1.2-3] [MQTT-3.1.4-1] [MQTT311-3.1.2-3] [MQTT311-3.1.4-1] [MQTT-3.2.2-6]
TEST_P(Handshake, a_malformed_connect_is_told_to_v5_and_closed_for_v311) {
    EXPECT_EQ(answer_to("10 0d 00 04 4d 51 54 54 04 03 00 3c 00 01 61"), " closed");
    const std::string v5_answer = answer_to("10 0e 00 04 4d 51 54 54 05 03 00 3c 00 00 01 61");
    EXPECT_NE(v5_answer.find(" 00 81 "), std::string::npos) << v5_answer;
    EXPECT_TRUE(v5_answer.ends_with("closed"));
}

// shows [MQTT-3.1.4-6] [MQTT311-3.1.4-5] [MQTT-3.1.4-2] [MQTT-3.2.2-8]
TEST_P(Handshake, nothing_after_a_refused_connect_is_processed) {
    config.listeners.push_back(config.listeners[0]);
    FakePeer sub(broker(), broker().open(0, "192.0.2.2", 1));
    sub.connect(id_of("sub"));
    sub.subscribe("#");
    config = broker().config();
    config.listeners[0].allow_anonymous = false;
    broker().reload(config);
    for (const ProtocolVersion version : {v311, v5}) {
        FakePeer client = open();
        client.queue_connect("c", {.version = version});
        client.queue_publish("t", "x");
        broker().settle();
        EXPECT_TRUE(client.next().starts_with("CONNACK reason=0x87"));
        EXPECT_EQ(client.next(), "closed");
    }
    EXPECT_EQ(sub.next(), "nothing");
}

TEST_P(Handshake, anonymous_clients_are_refused_per_listener_and_told_why) {
    config.listeners[0].allow_anonymous = false;
    FakePeer client = connect("client");
    EXPECT_TRUE(client.greeting().starts_with("CONNACK reason=0x87 [reason-string="));
    EXPECT_EQ(client.next(), "closed");
}

// shows [MQTT-4.12.0-1] [MQTT-4.12.0-4]
TEST_P(Handshake, an_authentication_method_that_does_not_exist_is_refused_with_0x8c) {
    FakePeer client = connect(
        "client", {.properties = property(PropertyId::authentication_method, "SCRAM-SHA-256")}
    );
    EXPECT_TRUE(client.greeting().starts_with("CONNACK reason=0x8C")) << client.greeting();
    EXPECT_EQ(client.next(), "closed");
}

// shows [MQTT-4.12.0-6]
TEST_P(Handshake, auth_without_a_method_is_a_protocol_error) {
    FakePeer client = connect("client");
    client.send_hex("f0 00");
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x82"));
    EXPECT_EQ(client.next(), "closed");
    FakePeer v3 = connect("v3", {.version = v311});
    v3.send_hex("f0 00");
    EXPECT_EQ(v3.next(), "closed");
}

TEST_P(Handshake, accept_protocol_versions_refuses_the_others) {
    config.listeners[0].accept_v31 = false;
    config.listeners[0].accept_v311 = false;
    EXPECT_EQ(connect("c", {.version = v31}).greeting(), "CONNACK reason=0x84");
    EXPECT_EQ(connect("c", {.version = v311}).greeting(), "CONNACK reason=0x84");
    EXPECT_TRUE(connect("c").greeting().starts_with("CONNACK reason=0x00"));
    config = broker().config();
    config.listeners[0].accept_v5 = false;
    broker().reload(config);
    EXPECT_TRUE(connect("c").greeting().starts_with("CONNACK reason=0x84"));
}

// shows [MQTT-3.1.2-28]
TEST_P(Handshake, no_response_information_is_returned_unasked) {
    for (const std::uint32_t wanted : {0U, 1U}) {
        FakePeer client = connect(
            "client", {.properties = property(PropertyId::request_response_information, wanted)}
        );
        EXPECT_TRUE(client.greeting().starts_with("CONNACK reason=0x00"));
        EXPECT_EQ(client.greeting().find("response-information"), std::string::npos);
    }
}

// shows [MQTT-3.1.2-29]
TEST_P(Handshake, request_problem_information_0_silences_reason_strings_of_acknowledgements) {
    FakePeer quiet =
        connect("quiet", {.properties = property(PropertyId::request_problem_information, 0)});
    quiet.publish("$SYS/x", "x", {.qos = 1, .id = 1});
    EXPECT_EQ(quiet.next(), "PUBACK id=1 reason=0x87");
    quiet.publish("$SYS/x", "x", {.qos = 2, .id = 2});
    EXPECT_EQ(quiet.next(), "PUBREC id=2 reason=0x87");
    FakePeer chatty = connect("chatty");
    chatty.publish("$SYS/x", "x", {.qos = 1, .id = 1});
    EXPECT_TRUE(chatty.next().starts_with("PUBACK id=1 reason=0x87 [reason-string="));
}

TEST_P(Handshake, a_keep_alive_above_the_maximum_is_overridden_for_v5_and_refused_for_v311) {
    config.limits.max_keepalive = 60;
    FakePeer client = connect("client", {.keep_alive = 600});
    EXPECT_NE(client.greeting().find("server-keep-alive=60"), std::string::npos);
    FakePeer off = connect("off", {.keep_alive = 0});
    EXPECT_NE(off.greeting().find("server-keep-alive=60"), std::string::npos);
    FakePeer within = connect("within", {.keep_alive = 30});
    EXPECT_EQ(within.greeting().find("server-keep-alive"), std::string::npos);
    FakePeer v3 = connect("v3", {.version = v311, .keep_alive = 61});
    EXPECT_EQ(v3.greeting(), "CONNACK reason=0x85"); // return code 2
    EXPECT_EQ(v3.next(), "closed");
    broker().advance(90s);
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x8D"));
    EXPECT_TRUE(off.next().starts_with("DISCONNECT reason=0x8D"));
}

// shows [MQTT-3.1.2-22] [MQTT-3.2.2-22] [MQTT311-3.1.2-24]
TEST_P(Handshake, a_silent_client_is_disconnected_after_one_and_a_half_keep_alives) {
    FakePeer silent = connect("silent", {.keep_alive = 10});
    FakePeer v3 = connect("v3", {.version = v311, .keep_alive = 10});
    FakePeer pinging = connect("pinging", {.keep_alive = 10});
    FakePeer off = connect("off", {.keep_alive = 0});
    broker().advance(14900ms);
    EXPECT_EQ(silent.next(), "nothing");
    pinging.send(mqtt::Pingreq{});
    EXPECT_EQ(pinging.next(), "PINGRESP");
    broker().advance(100ms);
    EXPECT_TRUE(silent.next().starts_with("DISCONNECT reason=0x8D [reason-string="));
    EXPECT_EQ(silent.next(), "closed");
    EXPECT_EQ(v3.next(), "closed");
    EXPECT_EQ(pinging.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::keep_alive_timeouts), 2U);
    broker().advance(15s);
    EXPECT_TRUE(pinging.next().starts_with("DISCONNECT reason=0x8D"));
    EXPECT_EQ(off.next(), "nothing");
}

// shows [MQTT-3.12.4-1] [MQTT311-3.12.4-1]
TEST_P(Handshake, a_ping_is_answered) {
    for (const ProtocolVersion version : {v31, v311, v5}) {
        FakePeer client = connect("client", {.version = version});
        client.send(mqtt::Pingreq{});
        EXPECT_EQ(client.next(), "PINGRESP");
    }
}

TEST_P(Handshake, connect_timeout_closes_who_sends_no_connect) {
    config.limits.connect_timeout = 5s;
    FakePeer silent = open();
    FakePeer slow = open();
    slow.send_hex("10 0d 00 04 4d");
    broker().advance(4s);
    slow.send_hex("51 54");
    EXPECT_EQ(silent.next(), "nothing");
    broker().advance(1s);
    EXPECT_EQ(silent.next(), "closed");
    EXPECT_EQ(slow.next(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::connect_timeouts), 2U);
    FakePeer quick = connect("quick");
    broker().advance(60s);
    EXPECT_EQ(quick.next(), "nothing");
}

TEST_P(Handshake, packets_sent_together_with_connect_are_handled_after_the_move) {
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 1});
    for (unsigned shard = 0; shard < broker().shard_count(); ++shard) {
        FakePeer client = open();
        const std::string id = broker().id_on(shard, "eager");
        client.queue_connect(id);
        client.queue_publish("t", "x", {.qos = 1, .id = 4});
        broker().settle();
        EXPECT_TRUE(client.next().starts_with("CONNACK"));
        EXPECT_EQ(client.next(), "PUBACK id=4 reason=0x00");
        EXPECT_TRUE(sub.next().ends_with("payload=\"x\""));
    }
}

TEST_P(Handshake, a_connection_that_arrives_byte_by_byte_works) {
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 2});
    FakePeer client = open();
    client.queue_connect(id_of("client"));
    client.queue_publish("t", "slow", {.qos = 2, .id = 4});
    const base::ByteBuffer bytes = std::exchange(client.socket().to_broker, {});
    for (const std::uint8_t byte : bytes) {
        client.socket().to_broker.push_back(byte);
        broker().settle();
    }
    EXPECT_TRUE(client.next().starts_with("CONNACK reason=0x00"));
    EXPECT_EQ(client.next(), "PUBREC id=4 reason=0x00");
    EXPECT_EQ(sub.next(), "PUBLISH qos=2 id=1 topic=\"t\" payload=\"slow\"");
}

TEST_P(Handshake, use_username_as_clientid_names_the_session_after_the_user) {
    config.listeners[0].use_username_as_clientid = true;
    FakePeer nobody = connect("client");
    EXPECT_TRUE(nobody.greeting().starts_with("CONNACK reason=0x87"));
    FakePeer first = connect("first", {.user = "same"});
    FakePeer second = connect("second", {.user = "same"});
    EXPECT_TRUE(first.next().starts_with("DISCONNECT reason=0x8E"));
    EXPECT_EQ(second.next(), "nothing");
}

TEST_P(Handshake, clientid_prefixes_lets_only_matching_identifiers_in) {
    config.clientid_prefixes = {"good-", "fine-"};
    EXPECT_TRUE(connect("bad").greeting().starts_with("CONNACK reason=0x87"));
    EXPECT_TRUE(connect("good-1").greeting().starts_with("CONNACK reason=0x00"));
    EXPECT_TRUE(connect("fine-1").greeting().starts_with("CONNACK reason=0x00"));
}

TEST_P(Handshake, allow_zero_length_clientid_false_refuses_empty_identifiers) {
    config.listeners[0].allow_zero_length_clientid = false;
    for (const ProtocolVersion version : {v311, v5}) {
        FakePeer client = open();
        client.connect("", {.version = version});
        EXPECT_TRUE(client.greeting().starts_with("CONNACK reason=0x85"));
    }
}

// shows [MQTT-3.1.3-5] [MQTT311-3.1.3-5]
TEST_P(Handshake, identifiers_of_1_to_23_letters_and_digits_are_accepted) {
    for (const char* id : {"0", "abcdefghijklmnopqrstuvw", "ABCDEFGHIJKLMNOPQRSTUVW"}) {
        for (const ProtocolVersion version : {v31, v311, v5}) {
            FakePeer client = open();
            client.connect(id, {.version = version});
            EXPECT_TRUE(client.greeting().starts_with("CONNACK reason=0x00")) << id;
        }
    }
}

// shows [MQTT-4.13.1-1] [MQTT-4.13.2-1] [MQTT-3.14.4-2] [MQTT311-4.8.0-1]
TEST_P(Handshake, a_malformed_packet_disturbs_only_its_own_connection) {
    FakePeer sub = connect("sub");
    sub.subscribe("t");
    FakePeer bad = connect("bad");
    bad.send_hex("36 05 00 01 74 00 01"); // QoS 3
    EXPECT_TRUE(bad.next().starts_with("DISCONNECT reason=0x81"));
    EXPECT_EQ(bad.next(), "closed");
    FakePeer v3 = connect("v3", {.version = v311});
    v3.send_hex("36 05 00 01 74 00 01");
    EXPECT_EQ(v3.next(), "closed");
    connect("pub").publish("t", "x");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"x\"");
}

TEST_P(Handshake, packets_that_only_a_server_sends_are_protocol_errors) {
    for (const char* packet :
         {"20 03 00 00 00", "90 04 00 01 00 00", "b0 04 00 01 00 00", "d0 00"}) {
        FakePeer client = connect("client");
        client.send_hex(packet);
        EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x82")) << packet;
        EXPECT_EQ(client.next(), "closed");
    }
}

} // namespace
} // namespace scenario
