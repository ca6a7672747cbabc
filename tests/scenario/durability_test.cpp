// What is on disk when: acknowledgements wait for commits, deliveries do not, and a broker that is
// killed comes back with all that it has acknowledged. [MQTT5 4.1]
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

class Durability : public Scenario {
protected:
    void SetUp() override {
        config.sys_interval = 10s; // when a test begins with $SYS
        broker().use_disk(disk_);
    }

    /// Everybody loses the connection; the next broker has as many shards.
    void crash(unsigned shards = GetParam()) { broker().crash(shards); }

    [[nodiscard]] mqttd::MemoryDisk& disk() { return *disk_; }

    /// What the disk holds, as text.
    [[nodiscard]] std::string on_disk() const {
        const mqttd::MemoryContent content = disk_->content();
        return std::to_string(content.sessions.size()) + " sessions, " +
               std::to_string(content.subscriptions.size()) + " subscriptions, " +
               std::to_string(content.rows.size()) + " rows, " +
               std::to_string(content.messages.size()) + " messages, " +
               std::to_string(content.unreleased.size()) + " unreleased";
    }

private:
    std::shared_ptr<mqttd::MemoryDisk> disk_ = std::make_shared<mqttd::MemoryDisk>();
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Durability, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

TEST_P(Durability, puback_waits_for_the_disk_and_the_delivery_does_not) {
    FakePeer kept = connect_persistent("kept");
    kept.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    broker().pause_commits(true);
    pub.publish("t", "now", {.qos = 1});
    EXPECT_EQ(kept.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"now\"");
    EXPECT_EQ(pub.next(), "nothing");
    broker().pause_commits(false);
    broker().settle();
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x00");
}

TEST_P(Durability, what_concerns_no_stored_session_waits_for_nothing) {
    FakePeer sub = connect("sub");
    sub.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    broker().pause_commits(true);
    pub.publish("t", "zero", {.qos = 0});
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"zero\"");
    pub.send(mqtt::Pingreq{});
    EXPECT_EQ(pub.next(), "PINGRESP");
}

TEST_P(Durability, answers_keep_their_order_behind_one_that_waits) {
    FakePeer kept = connect_persistent("kept");
    kept.subscribe("t", {.qos = 1});
    FakePeer pub = connect("pub");
    broker().pause_commits(true);
    pub.publish("t", "x", {.qos = 1});
    pub.send(mqtt::Pingreq{});
    EXPECT_EQ(pub.next(), "nothing");
    broker().pause_commits(false);
    broker().settle();
    EXPECT_EQ(pub.next(), "PUBACK id=1 reason=0x00");
    EXPECT_EQ(pub.next(), "PINGRESP");
}

TEST_P(Durability, a_qos_2_message_is_sent_when_its_identifier_is_on_disk) {
    FakePeer kept = connect_persistent("kept");
    kept.subscribe("t", {.qos = 2});
    FakePeer pub = connect("pub");
    broker().pause_commits(true);
    pub.publish("t", "x", {.qos = 2});
    EXPECT_EQ(kept.next(), "nothing");
    EXPECT_EQ(pub.next(), "nothing");
    broker().pause_commits(false);
    broker().settle();
    EXPECT_EQ(kept.next(), "PUBLISH qos=2 id=1 topic=\"t\" payload=\"x\"");
    EXPECT_EQ(pub.next(), "PUBREC id=1 reason=0x00");
    broker().pause_commits(true);
    kept.pubrec(1);
    EXPECT_EQ(kept.next(), "nothing");
    broker().pause_commits(false);
    broker().settle();
    EXPECT_EQ(kept.next(), "PUBREL id=1 reason=0x00");
}

TEST_P(Durability, suback_and_connack_wait_for_the_disk) {
    broker().pause_commits(true);
    FakePeer kept = open();
    kept.queue_connect(id_of("kept"), {.clean = false, .properties = expiry(100)});
    broker().settle();
    EXPECT_EQ(kept.next(), "nothing");
    broker().pause_commits(false);
    broker().settle();
    EXPECT_TRUE(kept.next().starts_with("CONNACK reason=0x00"));
    broker().pause_commits(true);
    EXPECT_EQ(kept.subscribe("t", {.qos = 1}), 0xFF);
    broker().pause_commits(false);
    broker().settle();
    EXPECT_EQ(kept.next(), "SUBACK id=1 reasons=0x01");
}

TEST_P(Durability, a_killed_broker_comes_back_with_sessions_and_messages) {
    FakePeer kept = connect_persistent("kept");
    kept.subscribe("news/#", {.qos = 2, .identifier = 7});
    kept.drop();
    FakePeer pub = connect("pub");
    PropertyBuilder properties;
    properties.text(PropertyId::content_type, "text/plain");
    properties.text(PropertyId::response_topic, "answers");
    pub.publish("news/a", "one", {.qos = 1, .properties = properties});
    pub.publish("news/b", "two", {.qos = 2});
    pub.publish("news/c", "never acknowledged", {.qos = 0});
    EXPECT_EQ(on_disk(), "1 sessions, 1 subscriptions, 2 rows, 2 messages, 0 unreleased");

    for (const unsigned shards : {2U, 1U, 3U}) {
        crash(shards);
        FakePeer again = connect_persistent("kept");
        EXPECT_TRUE(again.greeting().starts_with("CONNACK session-present reason=0x00"));
        const std::string dup = shards == 2 ? "" : "dup ";
        EXPECT_EQ(
            again.next(),
            "PUBLISH " + dup +
                "qos=1 id=1 topic=\"news/a\" [subscription-identifier=7, "
                "content-type=\"text/plain\", response-topic=\"answers\"] payload=\"one\""
        );
        EXPECT_EQ(
            again.next(),
            "PUBLISH " + dup +
                "qos=2 id=2 topic=\"news/b\" [subscription-identifier=7] payload=\"two\""
        );
        EXPECT_EQ(again.next(), "nothing");
    }
    FakePeer last = connect_persistent("kept");
    last.skip_all();
    last.puback(1);
    last.pubrec(2);
    EXPECT_EQ(last.next(), "PUBREL id=2 reason=0x00");
    crash();
    FakePeer after = connect_persistent("kept");
    EXPECT_EQ(after.next(), "PUBREL id=2 reason=0x00");
    after.pubcomp(2);
    broker().settle();
    EXPECT_EQ(on_disk(), "1 sessions, 1 subscriptions, 0 rows, 0 messages, 0 unreleased");
}

TEST_P(Durability, a_publisher_that_repeats_a_qos_2_message_after_the_crash_is_recognized) {
    FakePeer kept = connect_persistent("kept");
    kept.subscribe("t", {.qos = 2});
    FakePeer pub = connect_persistent("pub");
    pub.publish("t", "once", {.qos = 2, .id = 9});
    EXPECT_EQ(pub.next(), "PUBREC id=9 reason=0x00");
    crash();
    FakePeer again = connect_persistent("pub");
    again.publish("t", "once", {.qos = 2, .dup = true, .id = 9});
    EXPECT_EQ(again.next(), "PUBREC id=9 reason=0x00");
    again.pubrel(9);
    EXPECT_EQ(again.next(), "PUBCOMP id=9 reason=0x00");
    FakePeer reader = connect_persistent("kept");
    EXPECT_EQ(reader.next(), "PUBLISH dup qos=2 id=1 topic=\"t\" payload=\"once\"");
    EXPECT_EQ(reader.next(), "nothing");
}

TEST_P(Durability, pubcomp_waits_until_the_identifier_is_forgotten) {
    connect_persistent("kept").subscribe("t", {.qos = 2});
    FakePeer pub = connect_persistent("pub");
    pub.publish("t", "x", {.qos = 2, .id = 4});
    EXPECT_EQ(pub.next(), "PUBREC id=4 reason=0x00");
    broker().pause_commits(true);
    pub.pubrel(4);
    EXPECT_EQ(pub.next(), "nothing");
    broker().pause_commits(false);
    broker().settle();
    EXPECT_EQ(pub.next(), "PUBCOMP id=4 reason=0x00");
}

TEST_P(Durability, retained_messages_survive_and_their_removal_too) {
    FakePeer pub = connect("pub");
    pub.publish("r/a", "1", {.qos = 1, .retain = true});
    pub.publish("r/b", "2", {.retain = true});
    pub.publish("r/c", "3", {.retain = true});
    pub.publish("r/c", "", {.retain = true});
    pub.publish("r/a", "4", {.qos = 1, .retain = true});
    crash();
    FakePeer sub = connect("sub");
    sub.subscribe("r/a", {.qos = 1});
    EXPECT_EQ(sub.next(), "PUBLISH qos=1 retain id=1 topic=\"r/a\" payload=\"4\"");
    sub.subscribe("r/+", {.qos = 0});
    std::string all = sub.next() + " " + sub.next() + " " + sub.next();
    EXPECT_NE(all.find("topic=\"r/b\" payload=\"2\""), std::string::npos) << all;
    EXPECT_EQ(all.find("r/c"), std::string::npos) << all;
    EXPECT_EQ(count(&mqttd::Counters::retained_messages), 2U);
}

TEST_P(Durability, the_will_of_who_was_connected_is_published_after_the_crash) {
    FakePeer watcher = connect_persistent("watcher");
    watcher.subscribe("wills/+", {.qos = 1});
    ConnectOptions options{.clean = false, .properties = expiry(1000)};
    options.will = WillOptions{.topic = "wills/left", .payload = "no", .qos = 1};
    FakePeer left = connect("left", options);
    left.disconnect();
    options.will->topic = "wills/lost";
    options.will->payload = "yes";
    FakePeer lost = connect("lost", options);
    crash();
    broker().settle();
    FakePeer again = connect_persistent("watcher");
    EXPECT_EQ(again.next(), "PUBLISH qos=1 id=1 topic=\"wills/lost\" payload=\"yes\"");
    EXPECT_EQ(again.next(), "nothing");
    crash();
    FakePeer third = connect_persistent("watcher");
    EXPECT_EQ(third.next(), "PUBLISH dup qos=1 id=1 topic=\"wills/lost\" payload=\"yes\"");
    EXPECT_EQ(third.next(), "nothing");
}

TEST_P(Durability, a_will_that_is_due_is_published_although_its_client_is_back_at_once) {
    FakePeer watcher = connect_persistent("watcher");
    watcher.subscribe("w", {.qos = 1});
    ConnectOptions options{.clean = false, .properties = expiry(1000)};
    options.will = WillOptions{.topic = "w", .payload = "lost", .qos = 1};
    FakePeer client = connect("client", options);
    broker().crash(GetParam());
    FakePeer back = open();
    back.queue_connect(id_of("client"), {.clean = false, .properties = expiry(1000)});
    broker().settle();
    EXPECT_EQ(
        connect_persistent("watcher").next(), "PUBLISH qos=1 id=1 topic=\"w\" payload=\"lost\""
    );
}

TEST_P(Durability, a_will_with_a_delay_waits_on_when_the_broker_stops_and_starts) {
    FakePeer watcher = connect_persistent("watcher");
    watcher.subscribe("w", {.qos = 1});
    ConnectOptions options{.clean = false, .properties = expiry(1000)};
    options.will = WillOptions{.topic = "w", .payload = "late", .qos = 1};
    options.will->properties.number(PropertyId::will_delay_interval, 60);
    FakePeer client = connect("client", options);
    broker().stop();
    EXPECT_TRUE(watcher.next().starts_with("DISCONNECT"));
    crash();
    broker().advance(59s);
    FakePeer again = connect_persistent("watcher");
    EXPECT_EQ(again.next(), "nothing");
    broker().advance(2s);
    EXPECT_EQ(again.next(), "PUBLISH qos=1 id=1 topic=\"w\" payload=\"late\"");
}

TEST_P(Durability, the_connection_stays_open_until_the_end_of_the_will_is_on_disk) {
    ConnectOptions options{.clean = false, .properties = expiry(1000)};
    options.will = WillOptions{.topic = "w", .payload = "x"};
    FakePeer client = connect("client", options);
    broker().pause_commits(true);
    client.disconnect();
    EXPECT_EQ(client.next(), "nothing");
    broker().pause_commits(false);
    broker().settle();
    EXPECT_EQ(client.next(), "closed");
}

TEST_P(Durability, the_time_of_an_absent_session_goes_on_while_the_broker_is_away) {
    FakePeer kept = connect("kept", {.clean = false, .properties = expiry(60)});
    kept.subscribe("t", {.qos = 1});
    kept.drop();
    broker().advance(40s);
    crash();
    broker().advance(10s);
    EXPECT_EQ(on_disk(), "1 sessions, 1 subscriptions, 0 rows, 0 messages, 0 unreleased");
    broker().advance(11s);
    EXPECT_EQ(on_disk(), "0 sessions, 0 subscriptions, 0 rows, 0 messages, 0 unreleased");
}

TEST_P(Durability, a_session_that_ends_with_its_connection_is_not_kept) {
    FakePeer clean = connect("clean");
    clean.subscribe("t", {.qos = 2});
    connect("pub").publish("t", "x", {.qos = 2});
    EXPECT_EQ(on_disk(), "0 sessions, 0 subscriptions, 0 rows, 0 messages, 0 unreleased");
    FakePeer kept = connect_persistent("kept");
    kept.subscribe("t", {.qos = 2});
    kept.disconnect(ReasonCode::success, expiry(0));
    broker().settle();
    EXPECT_EQ(on_disk(), "0 sessions, 0 subscriptions, 0 rows, 0 messages, 0 unreleased");
}

TEST_P(Durability, unsubscribing_is_kept_too) {
    FakePeer kept = connect_persistent("kept");
    kept.subscribe("a", {.qos = 1});
    kept.subscribe("b", {.qos = 1});
    EXPECT_EQ(kept.unsubscribe({"a"}), "UNSUBACK reasons=0x00");
    crash();
    FakePeer again = connect_persistent("kept");
    FakePeer pub = connect("pub");
    pub.publish("a", "1", {.qos = 1});
    pub.publish("b", "2", {.qos = 1});
    EXPECT_EQ(again.next(), "PUBLISH qos=1 id=1 topic=\"b\" payload=\"2\"");
    EXPECT_EQ(again.next(), "nothing");
}

// --- a store that cannot be written ---

TEST_P(Durability, a_full_disk_refuses_what_it_cannot_keep_and_recovers_by_itself) {
    FakePeer kept = connect_persistent("kept");
    kept.subscribe("t", {.qos = 1});
    kept.drop();
    FakePeer old = connect("old", {.version = v311});
    FakePeer pub = connect("pub");
    broker().start_housekeeping();
    FakePeer alarm = connect("alarm");
    alarm.subscribe("$SYS/broker/store/state", {.qos = 0});
    EXPECT_TRUE(alarm.next().ends_with("payload=\"working\""));
    disk().fail_commits(mqttd::StoreFault::no_space, 1'000'000);

    pub.publish("t", "first", {.qos = 1});
    EXPECT_TRUE(pub.next().starts_with("DISCONNECT reason=0x97"));
    EXPECT_TRUE(alarm.next().ends_with("payload=\"degraded\""));
    FakePeer next = connect("pub");
    next.publish("t", "second", {.qos = 1});
    EXPECT_TRUE(next.next().starts_with("PUBACK id=1 reason=0x97"));
    old.publish("t", "third", {.qos = 1});
    EXPECT_EQ(old.next(), "closed");
    FakePeer sub = connect("sub");
    EXPECT_EQ(sub.subscribe("t", {.qos = 0}), 0);
    next.publish("t", "goes on", {.qos = 0});
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"goes on\"");
    EXPECT_TRUE(connect_persistent("new").greeting().starts_with("CONNACK reason=0x88"));
    EXPECT_EQ(broker().log().count("the store"), 1U) << "one line, not one for each attempt";

    disk().stop_failing();
    broker().advance(2s);
    EXPECT_TRUE(alarm.next().ends_with("payload=\"working\""));
    next.publish("t", "again", {.qos = 1});
    EXPECT_EQ(next.next(), "PUBACK id=2 reason=0x00");
    FakePeer reader = connect_persistent("kept");
    EXPECT_EQ(reader.next(), "PUBLISH qos=1 id=1 topic=\"t\" payload=\"first\"");
    EXPECT_EQ(reader.next(), "PUBLISH qos=1 id=2 topic=\"t\" payload=\"again\"");
}

TEST_P(Durability, a_connect_that_could_not_be_saved_leaves_no_will) {
    FakePeer watcher = connect("watcher");
    watcher.subscribe("w", {.qos = 0});
    disk().fail_commits(mqttd::StoreFault::no_space, 1'000'000);
    ConnectOptions options{.clean = false, .properties = expiry(1000)};
    options.will = WillOptions{.topic = "w", .payload = "never connected"};
    FakePeer client = connect("client", options);
    EXPECT_TRUE(client.greeting().starts_with("CONNACK reason=0x88")) << client.greeting();
    EXPECT_EQ(client.next(), "closed");
    EXPECT_EQ(watcher.next(), "nothing");
}

} // namespace
} // namespace scenario
