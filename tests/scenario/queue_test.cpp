// What happens when the queue of a session is full, and who hears of it. [queue_policy]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

class Queues : public Scenario {
protected:
    void SetUp() override { config.limits.max_queued_messages = 2; }

    void keep_on_disk() { broker().use_disk(std::make_shared<mqttd::MemoryDisk>()); }

    /// A persistent session with a subscription to "t", and no connection.
    void make_absent(const std::string& name) {
        FakePeer peer = connect_persistent(name);
        peer.subscribe("t", {.qos = 2});
        peer.drop();
    }

    static void publish_each(FakePeer& pub, const std::vector<std::string>& payloads) {
        for (const std::string& payload : payloads)
            pub.publish("t", payload, {.qos = 1});
    }

    /// What the session has been kept for its client.
    std::vector<std::string> payloads_of(const std::string& name) {
        FakePeer back = connect_persistent(name);
        std::vector<std::string> found;
        for (std::string line = back.next(); line != "nothing"; line = back.next())
            found.push_back(line.substr(line.find("payload=")));
        return found;
    }

    static std::vector<std::string> payloads(const std::vector<std::string>& texts) {
        std::vector<std::string> lines;
        for (const std::string& text : texts)
            lines.push_back("payload=\"" + text + '"');
        return lines;
    }
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Queues, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

TEST_P(Queues, drop_new_keeps_what_came_first) {
    make_absent("sub");
    FakePeer pub = connect("pub", {.version = v311});
    publish_each(pub, {"1", "2", "3", "4"});
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 2U);
    EXPECT_EQ(payloads_of("sub"), payloads({"1", "2"}));
}

TEST_P(Queues, drop_old_keeps_what_came_last) {
    config.limits.queue_policy = mqttd::QueuePolicy::drop_old;
    make_absent("sub");
    FakePeer pub = connect("pub");
    publish_each(pub, {"1", "2", "3", "4"});
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 2U);
    EXPECT_EQ(count(&mqttd::Counters::publish_dropped), 2U);
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 2U);
    EXPECT_EQ(payloads_of("sub"), payloads({"3", "4"}));
}

TEST_P(Queues, drop_old_makes_room_by_bytes_but_not_for_what_never_fits) {
    config.limits.queue_policy = mqttd::QueuePolicy::drop_old;
    config.limits.max_queued_messages = 0;
    config.limits.max_queued_bytes = 3000;
    make_absent("sub");
    FakePeer pub = connect("pub");
    const std::string large(1000, 'x');
    publish_each(pub, {"a", "b", large, large, "c"});
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 0U);
    publish_each(pub, {large + large});
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 4U);
    publish_each(pub, {std::string(3000, 'y')});
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 5U);
    EXPECT_EQ(payloads_of("sub"), payloads({"c", large + large}));
}

TEST_P(Queues, drop_old_does_not_touch_what_is_in_flight) {
    config.limits.queue_policy = mqttd::QueuePolicy::drop_old;
    config.limits.max_inflight_messages = 1;
    FakePeer sub = connect("sub", {.version = v311});
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    publish_each(pub, {"1", "2", "3", "4"});
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"1\"");
    sub.puback(1);
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 id=2 topic=\"t\" payload=\"3\"");
}

TEST_P(Queues, what_drop_old_dropped_is_gone_from_the_disk) {
    config.limits.queue_policy = mqttd::QueuePolicy::drop_old;
    keep_on_disk();
    make_absent("sub");
    FakePeer pub = connect("pub");
    publish_each(pub, {"1", "2", "3", "4"});
    broker().crash(GetParam());
    EXPECT_EQ(payloads_of("sub"), payloads({"3", "4"}));
}

TEST_P(Queues, disconnect_ends_the_connection_and_keeps_the_session) {
    config.limits.queue_policy = mqttd::QueuePolicy::disconnect;
    config.limits.max_inflight_messages = 1;
    FakePeer sub = connect_persistent("sub");
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    publish_each(pub, {"1", "2", "3"});
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"1\"");
    EXPECT_EQ(sub.next(), "nothing");
    publish_each(pub, {"4", "5"});
    EXPECT_TRUE(sub.next().starts_with("DISCONNECT reason=0x97"));
    EXPECT_EQ(sub.next(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::disconnected_queue_full), 1U);
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 2U);
    EXPECT_EQ(payloads_of("sub"), payloads({"1"}));
}

TEST_P(Queues, a_line_a_minute_tells_of_a_client_that_loses_messages) {
    make_absent("sub");
    FakePeer pub = connect("pub", {.version = v311});
    publish_each(pub, {"1", "2", "3", "4"});
    const std::string line = "are being dropped for client";
    EXPECT_EQ(broker().log().count(line), 1U);
    broker().advance(std::chrono::seconds(61));
    publish_each(pub, {"5", "6"});
    EXPECT_EQ(broker().log().count(line), 2U);
    EXPECT_TRUE(broker().log().has("2 since the last such line"));
}

TEST_P(Queues, a_publisher_hears_that_no_queue_has_taken_its_message) {
    keep_on_disk();
    make_absent("sub");
    FakePeer pub = connect_persistent("pub");
    publish_each(pub, {"1", "2"});
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x00");
    EXPECT_EQ(pub.next(), "PUBACK id=2 reason=0x00");
    pub.publish("t", "3", {.qos = 1, .id = 3});
    EXPECT_TRUE(pub.next().starts_with("PUBACK id=3 reason=0x97"));
    pub.publish("t", "4", {.qos = 2, .id = 4});
    EXPECT_TRUE(pub.next().starts_with("PUBREC id=4 reason=0x97"));
    EXPECT_EQ(pub.next(), "nothing");
}

TEST_P(Queues, the_identifier_of_a_refused_qos_2_message_is_free_again_after_a_crash_too) {
    keep_on_disk();
    make_absent("sub");
    FakePeer pub = connect_persistent("pub");
    publish_each(pub, {"1", "2"});
    pub.publish("t", "3", {.qos = 2, .id = 7});
    broker().crash(GetParam());
    EXPECT_EQ(payloads_of("sub"), payloads({"1", "2"}));
    FakePeer back = connect_persistent("pub");
    back.publish("t", "4", {.qos = 2, .id = 7});
    EXPECT_EQ(payloads_of("sub").back(), "payload=\"4\"");
}

TEST_P(Queues, a_publisher_is_told_success_when_one_of_several_queues_has_room) {
    keep_on_disk();
    make_absent("first");
    make_absent("second");
    FakePeer pub = connect("pub");
    publish_each(pub, {"1", "2"});
    EXPECT_EQ(payloads_of("second"), payloads({"1", "2"}));
    FakePeer second = connect_persistent("second");
    pub.publish("t", "3", {.qos = 1, .id = 3});
    EXPECT_EQ(pub.waiting(), 3U);
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x00");
    EXPECT_EQ(pub.next(), "PUBACK id=2 reason=0x00");
    EXPECT_EQ(pub.next(), "PUBACK id=3 reason=0x00");
    EXPECT_EQ(count(&mqttd::Counters::dropped_queue_full), 1U);
}

TEST_P(Queues, a_retained_message_was_taken_even_when_no_queue_has_room) {
    keep_on_disk();
    make_absent("sub");
    FakePeer pub = connect("pub");
    publish_each(pub, {"1", "2"});
    pub.publish("t", "3", {.qos = 1, .retain = true, .id = 3});
    EXPECT_EQ(pub.waiting(), 3U);
    static_cast<void>(pub.next());
    static_cast<void>(pub.next());
    EXPECT_EQ(pub.next(), "PUBACK id=3 reason=0x00");
}

TEST_P(Queues, a_shared_subscription_without_room_is_told_to_the_publisher) {
    keep_on_disk();
    for (const char* name : {"one", "two"}) {
        FakePeer member = connect_persistent(name);
        member.subscribe("$share/g/t", {.qos = 1});
        member.drop();
    }
    FakePeer pub = connect("pub");
    publish_each(pub, {"1", "2", "3", "4", "5"});
    for (int id = 1; id <= 4; ++id)
        EXPECT_EQ(pub.next(), "PUBACK id=" + std::to_string(id) + " reason=0x00");
    EXPECT_TRUE(pub.next().starts_with("PUBACK id=5 reason=0x97"));
}

TEST_P(Queues, without_persistence_the_answer_is_the_same_wherever_the_queue_lives) {
    make_absent("sub");
    for (const char* name : {"pub", "pub on the other shard"}) {
        FakePeer pub = connect(name);
        publish_each(pub, {"1", "2", "3"});
        for (int id = 1; id <= 3; ++id)
            EXPECT_EQ(pub.next(), "PUBACK id=" + std::to_string(id) + " reason=0x00");
    }
}

TEST_P(Queues, an_older_publisher_gets_its_acknowledgement_all_the_same) {
    keep_on_disk();
    make_absent("sub");
    FakePeer pub = connect("pub", {.version = v311});
    publish_each(pub, {"1", "2", "3"});
    for (int id = 1; id <= 3; ++id)
        EXPECT_TRUE(pub.next().starts_with("PUBACK id=" + std::to_string(id)));
}

/// A persistent session that has so many messages and is gone.
class Expiry : public Queues {
protected:
    void SetUp() override { config.limits.max_queued_messages = 0; }

    void fill(const std::string& name, int messages, std::uint32_t message_expiry) {
        FakePeer peer = connect(name, {.clean = false, .properties = expiry(100)});
        peer.subscribe("t", {.qos = 1});
        peer.drop();
        FakePeer pub = connect("pub");
        PublishOptions options{.qos = 1};
        if (message_expiry != 0) {
            options.properties = property(PropertyId::message_expiry_interval, message_expiry);
        }
        for (int i = 0; i < messages; ++i)
            pub.publish("t", std::to_string(i), options);
    }
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Expiry, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

TEST_P(Expiry, a_message_that_expires_in_a_queue_is_dropped_although_nobody_asks_for_it) {
    fill("sub", 3000, 10);
    FakePeer pub = connect("pub");
    pub.publish("t", "stays", {.qos = 1});
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 3001U);
    broker().advance(std::chrono::seconds(65));
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 1U);
    EXPECT_EQ(count(&mqttd::Counters::dropped_expired), 3000U);
    EXPECT_EQ(payloads_of("sub"), payloads({"stays"}));
}

TEST_P(Expiry, a_large_session_that_expires_goes_in_parts_and_is_not_resumed_meanwhile) {
    fill("sub", 3500, 0);
    broker().advance(std::chrono::seconds(100));
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 2500U);
    FakePeer pub = connect("pub");
    pub.publish("t", "for nobody", {.qos = 1});
    EXPECT_TRUE(pub.next().starts_with("PUBACK id=1 reason=0x10"));
    broker().advance(std::chrono::milliseconds(1));
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 1500U);
    FakePeer back = connect("sub", {.clean = false});
    EXPECT_EQ(back.greeting().find("session"), std::string::npos) << back.greeting();
    EXPECT_EQ(back.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 0U);
}

TEST_P(Expiry, clients_are_served_while_very_many_sessions_expire_at_once) {
    for (int i = 0; i < 1000; ++i) {
        FakePeer peer = open();
        peer.connect("c" + std::to_string(i), {.clean = false, .properties = expiry(100)});
        peer.drop();
    }
    broker().advance(std::chrono::seconds(100));
    EXPECT_EQ(count(&mqttd::Counters::clients_expired), 1000U);
}

} // namespace
} // namespace scenario
