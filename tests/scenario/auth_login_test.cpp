// Logins: who must give a password, what a wrong one is answered with, and what happens while it is
// being checked. [MQTT5 3.1.3.5] [MQTT5 3.1.4]
#include "tests/scenario/scenario.hpp"
#include "tests/support/fake_logins.hpp"

namespace scenario {
namespace {

using mqttd::LoginVerdict;
using support::FakeLogins;

class Logins : public Scenario {
protected:
    Logins() {
        config.allow_anonymous = false;
        config.listeners[0].password_file = "users";
    }

    /// The passwords of the listener from now on.
    FakeLogins&
    use(std::map<std::string, std::string, std::less<>> users = {
            {"alice", "wonder"}, {"bob", "builder"}}) {
        logins_.push_back(std::make_shared<FakeLogins>(std::move(users)));
        broker().use_access(std::make_shared<const mqttd::AccessControl>(
            std::vector<mqttd::ListenerAccess>{{logins_.back(), nullptr}}
        ));
        return *logins_.back();
    }

    FakePeer log_in(
        const std::string& name,
        std::optional<std::string> user,
        std::optional<std::string> password,
        ProtocolVersion version = v5
    ) {
        return connect(
            name, {.version = version, .user = std::move(user), .password = std::move(password)}
        );
    }

    std::string code_of(
        std::optional<std::string> user,
        std::optional<std::string> password,
        ProtocolVersion version
    ) {
        FakePeer client = log_in("client", std::move(user), std::move(password), version);
        const std::string greeting = client.greeting();
        const std::string end = client.next() == "closed" ? " closed" : "";
        return greeting.substr(0, greeting.find(' ', greeting.find('='))) + end;
    }

private:
    std::vector<std::shared_ptr<FakeLogins>> logins_; ///< also those that were replaced
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Logins, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

TEST_P(Logins, a_right_password_opens_and_a_wrong_one_is_0x86) {
    use();
    EXPECT_EQ(code_of("alice", "wonder", v5), "CONNACK reason=0x00");
    EXPECT_EQ(code_of("alice", "builder", v5), "CONNACK reason=0x86 closed");
    EXPECT_EQ(code_of("alice", "", v5), "CONNACK reason=0x86 closed");
    EXPECT_EQ(code_of("alice", std::nullopt, v5), "CONNACK reason=0x86 closed");
    EXPECT_EQ(code_of("carol", "wonder", v5), "CONNACK reason=0x86 closed");
    EXPECT_EQ(count(&mqttd::Counters::logins_refused), 4U);
}

TEST_P(Logins, older_versions_get_return_codes_4_5_and_3) {
    FakeLogins& logins = use();
    EXPECT_EQ(code_of("alice", "wonder", v311), "CONNACK reason=0x00");
    EXPECT_EQ(code_of("alice", "builder", v311), "CONNACK reason=0x86 closed");
    EXPECT_EQ(code_of(std::nullopt, std::nullopt, v31), "CONNACK reason=0x87 closed");
    logins.hold();
    FakePeer client = log_in("client", "alice", "wonder", v311);
    logins.answer(LoginVerdict::busy);
    broker().settle();
    EXPECT_EQ(client.next(), "CONNACK reason=0x88");
    EXPECT_EQ(client.next(), "closed");
}

TEST_P(Logins, without_a_user_name_it_depends_on_allow_anonymous) {
    use();
    EXPECT_EQ(code_of(std::nullopt, std::nullopt, v5), "CONNACK reason=0x87 closed");
    EXPECT_EQ(code_of(std::nullopt, "wonder", v5), "CONNACK reason=0x87 closed");
    EXPECT_EQ(code_of("", "", v5), "CONNACK reason=0x87 closed");
    config = broker().config();
    config.allow_anonymous = true;
    broker().reload(config);
    EXPECT_EQ(code_of(std::nullopt, std::nullopt, v5), "CONNACK reason=0x00");
    EXPECT_EQ(code_of("alice", "builder", v5), "CONNACK reason=0x86 closed");
}

TEST_P(Logins, without_a_password_file_user_names_are_taken_as_they_come) {
    config.allow_anonymous = true;
    config.listeners[0].password_file.clear();
    EXPECT_EQ(code_of("anybody", std::nullopt, v5), "CONNACK reason=0x00");
    config = broker().config();
    config.allow_anonymous = false;
    broker().reload(config);
    EXPECT_EQ(code_of("anybody", "x", v5), "CONNACK reason=0x87 closed");
}

TEST_P(Logins, refused_logins_are_logged_with_the_address_first) {
    use();
    FakePeer client = open();
    client.connect("c \"1\"", {.user = "al\nice\"", .password = "x"});
    EXPECT_TRUE(broker().log().has(
        "login refused: address=192.0.2.1 user=\"al\\x0aice\"\" client=\"c \"1\"\": "
        "user name or password is wrong"
    ));
    log_in("client", std::nullopt, std::nullopt);
    EXPECT_TRUE(broker().log().has("login refused: address=192.0.2.1 user=\"\" client="));
}

TEST_P(Logins, while_a_password_is_checked_others_are_served) {
    FakeLogins& logins = use();
    FakePeer sub = log_in("sub", "bob", "builder");
    sub.subscribe("t");
    logins.hold();
    FakePeer slow = log_in("slow", "alice", "wonder");
    EXPECT_EQ(slow.next(), "nothing");
    EXPECT_EQ(logins.waiting(), 1U);
    sub.publish("t", "x");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"x\"");
    logins.answer();
    broker().settle();
    EXPECT_TRUE(slow.next().starts_with("CONNACK reason=0x00"));
}

TEST_P(Logins, what_is_sent_behind_connect_waits_with_it) {
    FakeLogins& logins = use();
    FakePeer sub = log_in("sub", "bob", "builder");
    sub.subscribe("t");
    logins.hold();
    FakePeer eager = open();
    eager.queue_connect(id_of("eager"), {.user = "alice", .password = "wonder"});
    eager.queue_publish("t", "1");
    broker().settle();
    eager.publish("t", "2");
    EXPECT_EQ(sub.next(), "nothing");
    logins.answer();
    broker().settle();
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"1\"");
    EXPECT_EQ(sub.next(), "PUBLISH topic=\"t\" payload=\"2\"");
    EXPECT_EQ(count(&mqttd::Counters::messages_received), 5U) << "CONNECT counts once";
}

TEST_P(Logins, what_is_sent_behind_a_refused_connect_is_not_looked_at) {
    FakeLogins& logins = use();
    FakePeer sub = log_in("sub", "bob", "builder");
    sub.subscribe("t");
    logins.hold();
    FakePeer eager = open();
    eager.queue_connect(id_of("eager"), {.user = "alice", .password = "wrong"});
    eager.queue_publish("t", "1");
    broker().settle();
    logins.answer();
    broker().settle();
    EXPECT_TRUE(eager.next().starts_with("CONNACK reason=0x86"));
    EXPECT_EQ(eager.next(), "closed");
    EXPECT_EQ(sub.next(), "nothing");
}

TEST_P(Logins, a_client_may_go_while_its_password_is_checked) {
    FakeLogins& logins = use();
    logins.hold();
    {
        FakePeer client = log_in("client", "alice", "wonder");
        client.drop();
    }
    logins.answer();
    broker().settle();
    EXPECT_EQ(broker().totals().connections, 0);
    EXPECT_EQ(broker().totals().sessions, 0);
}

TEST_P(Logins, a_check_that_takes_too_long_ends_with_connect_timeout) {
    FakeLogins& logins = use();
    logins.hold();
    FakePeer client = log_in("client", "alice", "wonder");
    broker().advance(config.limits.connect_timeout);
    EXPECT_TRUE(client.next().starts_with("CONNACK reason=0x89"));
    EXPECT_EQ(client.next(), "closed");
    EXPECT_EQ(count(&mqttd::Counters::logins_busy), 1U);
    logins.answer(); // for nobody
    broker().settle();
    EXPECT_EQ(broker().totals().sessions, 0);
}

TEST_P(Logins, a_stop_is_told_to_who_waits_for_its_connack) {
    FakeLogins& logins = use();
    logins.hold();
    FakePeer client = log_in("client", "alice", "wonder");
    FakePeer old = log_in("old", "bob", "builder", v311);
    broker().stop();
    EXPECT_TRUE(client.next().starts_with("CONNACK reason=0x88"));
    EXPECT_EQ(client.next(), "closed");
    EXPECT_EQ(old.next(), "CONNACK reason=0x88");
    EXPECT_EQ(old.next(), "closed");
}

TEST_P(Logins, too_many_failures_and_too_many_logins_are_told_apart) {
    FakeLogins& logins = use();
    logins.hold();
    FakePeer limited = log_in("limited", "alice", "wonder");
    logins.answer(LoginVerdict::limited);
    FakePeer busy = log_in("busy", "alice", "wonder");
    logins.answer(LoginVerdict::busy);
    broker().settle();
    EXPECT_TRUE(limited.next().starts_with("CONNACK reason=0x9F"));
    EXPECT_TRUE(busy.next().starts_with("CONNACK reason=0x89"));
    EXPECT_EQ(count(&mqttd::Counters::logins_limited), 1U);
    EXPECT_EQ(count(&mqttd::Counters::logins_busy), 1U);
}

TEST_P(Logins, the_session_of_another_user_is_not_touched_by_a_refused_login) {
    use();
    FakePeer alice = log_in("shared", "alice", "wonder");
    FakePeer thief = log_in("shared", "alice", "wrong");
    EXPECT_TRUE(thief.greeting().starts_with("CONNACK reason=0x86"));
    EXPECT_EQ(alice.next(), "nothing");
}

TEST_P(Logins, a_password_changed_during_the_check_is_checked_again) {
    FakeLogins& before = use();
    before.hold();
    FakePeer client = log_in("client", "alice", "wonder");
    use({{"alice", "other"}});
    before.answer();
    broker().settle();
    EXPECT_TRUE(client.next().starts_with("CONNACK reason=0x86"));
    EXPECT_EQ(client.next(), "closed");
}

TEST_P(Logins, the_user_name_can_be_the_client_identifier) {
    config.listeners[0].use_username_as_clientid = true;
    use();
    FakePeer alice = log_in("first", "alice", "wonder");
    FakePeer again = log_in("second", "alice", "wonder");
    EXPECT_TRUE(again.greeting().starts_with("CONNACK reason=0x00"));
    EXPECT_TRUE(alice.next().starts_with("DISCONNECT reason=0x8E"));
    EXPECT_EQ(code_of(std::nullopt, std::nullopt, v5), "CONNACK reason=0x87 closed");
}

} // namespace
} // namespace scenario
