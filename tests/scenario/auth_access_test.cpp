// What an ACL file allows: publishing, subscribing, delivery, wills, retained messages, what has
// waited; whose session a client may have. [MQTT5 3.3.4] [MQTT5 3.9.3] [MQTT5 5.4.2]
#include "tests/scenario/scenario.hpp"
#include "tests/support/fake_logins.hpp"

namespace scenario {
namespace {

class Access : public Scenario {
protected:
    /// Rules for everybody who connects to the listener, with any user name.
    void use(std::string_view rules) {
        logins_.reset();
        apply(rules);
    }

    /// The same for alice (wonder) and bob (builder).
    void use_with_logins(std::string_view rules) {
        if (!logins_) {
            logins_ = std::make_shared<support::FakeLogins>(
                std::map<std::string, std::string, std::less<>>{
                    {"alice", "wonder"}, {"bob", "builder"}}
            );
        }
        apply(rules);
    }

    FakePeer as(const std::string& name, const std::string& user, ProtocolVersion version = v5) {
        return connect(name, {.version = version, .user = user, .password = password_of(user)});
    }

    static std::string password_of(const std::string& user) {
        return user == "alice" ? "wonder" : "builder";
    }

private:
    void apply(std::string_view rules) {
        rules_.push_back(support::rules_of(rules));
        broker().use_access(std::make_shared<const mqttd::AccessControl>(
            std::vector<mqttd::ListenerAccess>{{logins_, rules_.back()}}
        ));
    }

    std::shared_ptr<support::FakeLogins> logins_;
    std::vector<std::shared_ptr<const mqttd::AclFile>> rules_;
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Access, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

TEST_P(Access, a_message_to_a_forbidden_topic_is_refused_with_0x87_and_goes_nowhere) {
    use("topic readwrite a\ntopic read b\n");
    FakePeer sub = connect("sub");
    EXPECT_EQ(sub.subscribe("+"), 0);
    FakePeer client = connect("client");
    client.publish("b", "x");
    client.publish("b", "x", {.qos = 1, .id = 1});
    EXPECT_TRUE(client.next().starts_with("PUBACK id=1 reason=0x87"));
    client.publish("b", "x", {.qos = 2, .id = 2});
    EXPECT_TRUE(client.next().starts_with("PUBREC id=2 reason=0x87"));
    client.publish("b", "x", {.qos = 1, .retain = true, .id = 3});
    EXPECT_TRUE(client.next().starts_with("PUBACK id=3 reason=0x87"));
    EXPECT_EQ(sub.next(), "nothing");
    EXPECT_EQ(broker().totals().retained_messages, 0);
    EXPECT_EQ(count(&mqttd::Counters::denied_publish), 4U);
    client.publish("a", "x", {.qos = 1, .id = 4});
    EXPECT_EQ(client.next(), "PUBACK id=4 reason=0x00");
    EXPECT_TRUE(sub.next().starts_with("PUBLISH"));
}

TEST_P(Access, before_5_0_a_forbidden_message_is_acknowledged_and_dropped) {
    use("topic readwrite a\ntopic read b\n");
    FakePeer sub = connect("sub");
    sub.subscribe("+");
    FakePeer client = connect("client", {.version = v311});
    client.publish("b", "x", {.qos = 1, .id = 1});
    EXPECT_EQ(client.next(), "PUBACK id=1 reason=0x00");
    client.publish("b", "x", {.qos = 2, .id = 2});
    EXPECT_EQ(client.next(), "PUBREC id=2 reason=0x00");
    client.pubrel(2);
    EXPECT_EQ(client.next(), "PUBCOMP id=2 reason=0x00");
    EXPECT_EQ(sub.next(), "nothing");
}

TEST_P(Access, a_subscription_that_can_never_match_is_refused) {
    use("topic read a/#\ntopic write w\n");
    FakePeer client = connect("client");
    EXPECT_EQ(client.subscribe("a/b"), 0);
    EXPECT_EQ(client.subscribe("#"), 0) << "it gets what it may have";
    EXPECT_EQ(client.subscribe("w"), 0x87);
    EXPECT_EQ(client.subscribe("b/#"), 0x87);
    EXPECT_EQ(client.subscribe("$share/g/b/#"), 0x87);
    EXPECT_EQ(client.subscribe("$share/g/a/#"), 0);
    EXPECT_EQ(client.subscribe("$SYS/#"), 0x87);
    EXPECT_EQ(count(&mqttd::Counters::denied_subscribe), 4U);
    FakePeer old = connect("old", {.version = v311});
    EXPECT_EQ(old.subscribe("w"), 0x80);
    EXPECT_EQ(old.subscribe("a/b"), 0);
}

TEST_P(Access, a_client_gets_only_what_it_may_read) {
    use("topic a\ntopic write b\nuser bob\ntopic b\n");
    FakePeer anonymous = connect("anonymous");
    anonymous.subscribe("#");
    FakePeer bob = as("bob", "bob");
    bob.subscribe("#", {.qos = 1});
    anonymous.publish("a", "1");
    EXPECT_TRUE(anonymous.next().starts_with("PUBLISH"));
    EXPECT_EQ(bob.next(), "nothing");
    anonymous.publish("b", "2");
    EXPECT_EQ(anonymous.next(), "nothing");
    EXPECT_TRUE(bob.next().starts_with("PUBLISH"));
    EXPECT_EQ(count(&mqttd::Counters::denied_delivery), 2U);
}

TEST_P(Access, a_member_of_a_group_who_may_not_read_is_passed_over) {
    use("topic a\nuser bob\ntopic a\ntopic b\nuser alice\ntopic b\n");
    FakePeer anonymous = connect("anonymous");
    EXPECT_EQ(anonymous.subscribe("$share/g/+"), 0);
    FakePeer bob = as("bob", "bob");
    EXPECT_EQ(bob.subscribe("$share/g/+"), 0);
    FakePeer alice = as("alice", "alice");
    for (int i = 0; i < 4; ++i)
        alice.publish("b", "x");
    EXPECT_EQ(anonymous.waiting(), 0U);
    EXPECT_EQ(bob.waiting(), 4U);
}

TEST_P(Access, retained_messages_are_replayed_only_to_who_may_read_them) {
    use("topic a\ntopic b\nuser bob\ntopic read b\n");
    FakePeer publisher = connect("publisher");
    publisher.publish("a", "1", {.retain = true});
    publisher.publish("b", "2", {.retain = true});
    FakePeer bob = as("bob", "bob");
    EXPECT_EQ(bob.subscribe("+"), 0);
    EXPECT_EQ(bob.waiting(), 1U);
    EXPECT_NE(bob.next().find("topic=\"b\""), std::string::npos);
}

TEST_P(Access, a_will_needs_the_right_to_publish_when_it_is_published) {
    use("topic read +\nuser bob\ntopic w\n");
    FakePeer sub = connect("sub");
    sub.subscribe("+");
    connect("client", {.will = support::WillOptions{.topic = "w", .payload = "x"}}).drop();
    broker().settle();
    EXPECT_EQ(sub.next(), "nothing");
    EXPECT_TRUE(broker().log().has("may not publish to w"));
    FakePeer bob =
        connect("bob", {.will = support::WillOptions{.topic = "w", .payload = "x"}, .user = "bob"});
    FakePeer second = connect(
        "second", {.will = support::WillOptions{.topic = "w", .payload = "x"}, .user = "bob"}
    );
    bob.drop();
    broker().settle();
    EXPECT_TRUE(sub.next().starts_with("PUBLISH"));
    use("topic read +\n");
    second.drop();
    broker().settle();
    EXPECT_EQ(sub.next(), "nothing");
}

TEST_P(Access, a_revoked_right_to_read_ends_delivery_at_once) {
    use("topic +\n");
    FakePeer client = connect("client");
    client.subscribe("a");
    FakePeer publisher = connect("publisher");
    publisher.publish("a", "1");
    EXPECT_TRUE(client.next().starts_with("PUBLISH"));
    use("topic write a\ntopic b\n");
    publisher.publish("a", "2");
    EXPECT_EQ(client.next(), "nothing");
    use("topic +\n");
    publisher.publish("a", "3");
    EXPECT_TRUE(client.next().starts_with("PUBLISH")) << "the subscription has stayed";
}

TEST_P(Access, what_waits_for_an_absent_client_is_looked_at_again) {
    use("topic +\n");
    FakePeer away = connect_persistent("away");
    away.subscribe("+", {.qos = 1});
    away.drop();
    FakePeer publisher = connect("publisher");
    for (const char* topic : {"a", "b", "a"})
        publisher.publish(topic, "x", {.qos = 1});
    use("topic write +\ntopic read b\n");
    publisher.publish("a", "x", {.qos = 1});
    FakePeer back = connect_persistent("away");
    EXPECT_EQ(back.waiting(), 1U);
    EXPECT_NE(back.next().find("topic=\"b\""), std::string::npos);
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 1U);
}

// A name in the topic is the client's own, and nobody else's.
TEST_P(Access, patterns_put_the_clients_own_names_in) {
    use("pattern readwrite c/%c/#\npattern readwrite u/%u\n");
    FakePeer client = connect("client", {.user = "bob"});
    const std::string own = "c/" + id_of("client");
    EXPECT_EQ(client.subscribe(own + "/x"), 0);
    EXPECT_EQ(client.subscribe("c/other/x"), 0x87);
    EXPECT_EQ(client.subscribe("u/bob"), 0);
    EXPECT_EQ(client.subscribe("u/alice"), 0x87);
    client.publish(own + "/x", "1", {.qos = 1, .id = 9});
    EXPECT_TRUE(client.next().starts_with("PUBLISH"));
    EXPECT_EQ(client.next(), "PUBACK id=9 reason=0x00");
}

TEST_P(Access, wildcards_in_names_do_not_reach_the_topics_of_others) {
    use("pattern readwrite c/%c/#\npattern readwrite u/%u/x\nuser pub\ntopic #\n");
    FakePeer publisher = as("publisher", "pub");
    for (const char* id : {"+", "#", "a/#", "+/b"}) {
        FakePeer client = open();
        client.connect(id, {.user = "eve"});
        EXPECT_EQ(client.subscribe("c/#"), 0x87) << id;
        EXPECT_EQ(client.subscribe("#"), 0x87) << id;
        client.publish("c/other/x", "x", {.qos = 1, .id = 1});
        EXPECT_TRUE(client.next().starts_with("PUBACK id=1 reason=0x87")) << id;
    }
    FakePeer wild = as("wild", "+");
    EXPECT_EQ(wild.subscribe("u/+/x"), 0x87);
    publisher.publish("u/other/x", "x");
    EXPECT_EQ(wild.next(), "nothing");
}

TEST_P(Access, a_retained_message_is_kept_from_others_when_its_publisher_has_lost_the_right) {
    use("topic read #\nuser alice\ntopic write a\nuser bob\ntopic write b\n");
    FakePeer alice = as("alice", "alice");
    alice.publish("a", "1", {.retain = true});
    as("bob", "bob").publish("b", "2", {.retain = true});
    connect(
        "leaver",
        {.will = support::WillOptions{.topic = "a", .payload = "3", .retain = true},
         .user = "alice",
         .password = "wonder"}
    )
        .drop();
    broker().settle();
    const auto got = [&](const std::string& name) {
        FakePeer sub = connect(name);
        sub.subscribe("#");
        const std::string first = sub.next();
        return first + (first == "nothing" ? "" : sub.next());
    };
    const std::string before = got("before");
    EXPECT_NE(before.find("topic=\"a\""), std::string::npos) << before;
    EXPECT_NE(before.find("topic=\"b\""), std::string::npos) << before;
    use("topic read #\nuser bob\ntopic write b\n");
    const std::string after = got("after");
    EXPECT_EQ(after.find("topic=\"a\""), std::string::npos) << after;
    EXPECT_NE(after.find("topic=\"b\""), std::string::npos) << after;
    use("topic read #\nuser alice\ntopic write a\n");
    EXPECT_NE(got("again").find("topic=\"a\""), std::string::npos);
    use("topic read #\n");
    EXPECT_EQ(got("none"), "nothing");
    config = broker().config();
    config.auth.retain_source_check = false;
    broker().reload(config);
    EXPECT_NE(got("unchecked").find("topic=\"a\""), std::string::npos);
}

TEST_P(Access, rules_are_about_topics_with_their_mount_point) {
    config.listeners[0].mount_point = "m/";
    use("topic m/a\ntopic b\n");
    FakePeer client = connect("client");
    EXPECT_EQ(client.subscribe("a"), 0);
    EXPECT_EQ(client.subscribe("b"), 0x87);
    client.publish("b", "x", {.qos = 1, .id = 1});
    EXPECT_TRUE(client.next().starts_with("PUBACK id=1 reason=0x87"));
    client.publish("a", "x");
    EXPECT_NE(client.next().find("topic=\"a\""), std::string::npos);
}

TEST_P(Access, empty_rules_forbid_everything) {
    use("# nothing\n");
    FakePeer client = connect("client");
    EXPECT_TRUE(client.greeting().starts_with("CONNACK reason=0x00"));
    EXPECT_EQ(client.subscribe("a"), 0x87);
    EXPECT_EQ(client.subscribe("$SYS/#"), 0x87);
    client.publish("a", "x", {.qos = 1, .id = 1});
    EXPECT_TRUE(client.next().starts_with("PUBACK id=1 reason=0x87"));
}

TEST_P(Access, a_session_belongs_to_the_user_who_made_it) {
    config.listeners[0].password_file = "users";
    use_with_logins("user alice\ntopic #\nuser bob\ntopic #\n");
    FakePeer alice = as("shared", "alice");
    alice.subscribe("t");
    for (const bool clean : {true, false}) {
        FakePeer bob = connect("shared", {.clean = clean, .user = "bob", .password = "builder"});
        EXPECT_TRUE(bob.greeting().starts_with("CONNACK reason=0x87")) << bob.greeting();
        EXPECT_EQ(bob.next(), "closed");
        FakePeer nobody = connect("shared", {.clean = clean});
        EXPECT_TRUE(nobody.greeting().starts_with("CONNACK reason=0x87"));
    }
    alice.publish("t", "x");
    EXPECT_TRUE(alice.next().starts_with("PUBLISH"));
    FakePeer again = as("shared", "alice");
    EXPECT_TRUE(again.greeting().starts_with("CONNACK reason=0x00"));
    EXPECT_TRUE(alice.next().starts_with("DISCONNECT reason=0x8E"));
}

TEST_P(Access, a_user_whose_password_was_checked_may_have_what_nobody_owns) {
    config.listeners[0].password_file = "users";
    use_with_logins("user alice\ntopic #\n");
    FakePeer nobody = connect_persistent("shared");
    FakePeer alice = connect("shared", {.clean = false, .user = "alice", .password = "wonder"});
    EXPECT_TRUE(alice.greeting().starts_with("CONNACK session-present reason=0x00"))
        << alice.greeting();
}

TEST_P(Access, without_session_owner_check_sessions_change_hands) {
    config.listeners[0].password_file = "users";
    config.auth.session_owner_check = false;
    use_with_logins("user alice\ntopic #\n");
    FakePeer alice = as("shared", "alice");
    EXPECT_TRUE(as("shared", "bob").greeting().starts_with("CONNACK reason=0x00"));
}

} // namespace
} // namespace scenario
