// A reload of users and passwords: who may stay stays, who may not is disconnected with 0x87.
#include "tests/scenario/scenario.hpp"
#include "tests/support/fake_logins.hpp"

namespace scenario {
namespace {

class AuthReload : public Scenario {
protected:
    using Users = std::map<std::string, std::string, std::less<>>;

    AuthReload() { config.listeners[0].password_file = "users"; }

    void use(Users users) {
        broker().use_access(
            std::make_shared<const mqttd::AccessControl>(std::vector<mqttd::ListenerAccess>{
                {std::make_shared<support::FakeLogins>(std::move(users)), nullptr}})
        );
    }

    FakePeer log_in(const std::string& name, const std::string& user, const std::string& password) {
        return connect(
            name, {.clean = false, .properties = expiry(1000), .user = user, .password = password}
        );
    }
};

INSTANTIATE_TEST_SUITE_P(
    Shards, AuthReload, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

TEST_P(AuthReload, who_is_still_in_the_file_stays_connected) {
    use({{"alice", "a"}, {"bob", "b"}, {"carol", "c"}});
    FakePeer alice = log_in("alice", "alice", "a");
    FakePeer bob = log_in("bob", "bob", "b");
    FakePeer carol = log_in("carol", "carol", "c");
    FakePeer nobody = connect("nobody");
    use({{"alice", "a"}, {"bob", "new"}});
    EXPECT_EQ(alice.next(), "nothing");
    EXPECT_EQ(nobody.next(), "nothing");
    EXPECT_TRUE(bob.next().starts_with("DISCONNECT reason=0x87"));
    EXPECT_EQ(bob.next(), "closed");
    EXPECT_TRUE(carol.next().starts_with("DISCONNECT reason=0x87"));
    EXPECT_TRUE(broker().log().has("the password was changed"));
    EXPECT_TRUE(broker().log().has("the user is no longer known"));
    EXPECT_TRUE(log_in("bob", "bob", "new").greeting().starts_with("CONNACK session-present"));
}

TEST_P(AuthReload, who_has_no_user_name_goes_when_one_is_needed) {
    use({{"alice", "a"}});
    FakePeer nobody = connect("nobody");
    FakePeer old = connect("old", {.version = v311});
    FakePeer alice = log_in("alice", "alice", "a");
    config = broker().config();
    config.allow_anonymous = false;
    broker().reload(config);
    EXPECT_TRUE(nobody.next().starts_with("DISCONNECT reason=0x87"));
    EXPECT_EQ(old.next(), "closed");
    EXPECT_EQ(alice.next(), "nothing");
}

TEST_P(AuthReload, who_came_in_without_a_check_goes_when_there_is_one) {
    FakePeer alice = log_in("alice", "alice", "whatever");
    EXPECT_TRUE(alice.greeting().starts_with("CONNACK reason=0x00"));
    use({{"alice", "a"}});
    EXPECT_TRUE(alice.next().starts_with("DISCONNECT reason=0x87"));
}

TEST_P(AuthReload, a_will_is_published_when_its_client_is_sent_away) {
    use({{"alice", "a"}});
    FakePeer sub = connect("sub");
    sub.subscribe("w");
    FakePeer alice = connect(
        "alice",
        {.will = support::WillOptions{.topic = "w", .payload = "x"},
         .user = "alice",
         .password = "a"}
    );
    use({});
    EXPECT_TRUE(sub.next().starts_with("PUBLISH"));
}

TEST_P(AuthReload, the_session_of_a_user_who_is_gone_is_ended_for_the_next_one) {
    use({{"alice", "a"}, {"bob", "b"}});
    FakePeer alice = log_in("shared", "alice", "a");
    alice.subscribe("t", {.qos = 1});
    alice.drop();
    broker().settle();
    connect("publisher").publish("t", "for alice", {.qos = 1});
    EXPECT_TRUE(log_in("shared", "bob", "b").greeting().starts_with("CONNACK reason=0x87"));
    use({{"bob", "b"}});
    FakePeer bob = log_in("shared", "bob", "b");
    EXPECT_TRUE(bob.greeting().starts_with("CONNACK reason=0x00")) << bob.greeting();
    EXPECT_EQ(bob.next(), "nothing");
    EXPECT_EQ(count(&mqttd::Counters::subscriptions), 0U);
}

TEST_P(AuthReload, client_ids_without_the_prefix_go) {
    config.listeners[0].password_file.clear();
    FakePeer client = connect("client");
    config = broker().config();
    config.clientid_prefixes = {"other-"};
    broker().reload(config);
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x87"));
}

} // namespace
} // namespace scenario
