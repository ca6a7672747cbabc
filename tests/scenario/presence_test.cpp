// Who comes and who goes, as other clients see it below $SYS.
#include "common/base/json_text.hpp"
#include "tests/scenario/scenario.hpp"
#include "tools/mqttd/connection/presence.hpp"

#include <regex>

namespace scenario {
namespace {

class Presence : public Scenario {
protected:
    void SetUp() override {
        config.presence.on = true;
        config.node_name = "node";
    }

    FakePeer watcher(const std::string& filter = "$SYS/brokers/+/clients/+/+") {
        FakePeer peer = connect("watcher");
        peer.subscribe(filter);
        return peer;
    }

    struct Told {
        std::string topic;
        std::string payload;
        bool retained = false;
    };

    static std::vector<Told> all_told(FakePeer& peer) {
        std::vector<Told> all;
        while (const auto packet = peer.next_packet()) {
            const auto* publish = std::get_if<mqtt::Publish>(&*packet);
            if (publish == nullptr) continue;
            all.push_back(
                {std::string(publish->topic),
                 std::string(base::as_text(publish->payload)),
                 publish->retain}
            );
        }
        return all;
    }

    std::string topic_of(const std::string& name, const std::string& event) {
        return "$SYS/brokers/node/clients/" + mqttd::topic_level_of(id_of(name)) + "/" + event;
    }

    static std::uint64_t number_in(const std::string& payload) {
        std::smatch found;
        if (!std::regex_search(payload, found, std::regex("\"connection\":([0-9]+)"))) return 0;
        return std::stoull(found[1]);
    }
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Presence, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

bool says(const std::string& payload, const std::string& part) {
    return payload.find(part) != std::string::npos;
}

TEST_P(Presence, a_client_that_comes_is_told_with_what_was_agreed) {
    FakePeer reader = watcher();
    (void)all_told(reader);
    FakePeer client = connect("a", {.clean = true, .keep_alive = 30, .user = "ann"});
    const auto told = all_told(reader);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].topic, topic_of("a", "connected"));
    EXPECT_TRUE(base::is_json(told[0].payload));
    EXPECT_PRED2(says, told[0].payload, "\"user\":\"ann\"");
    EXPECT_PRED2(says, told[0].payload, "\"protocol\":\"5.0\"");
    EXPECT_PRED2(
        says, told[0].payload, "\"keep_alive\":30,\"clean_start\":true,\"session_expiry\":0"
    );
    EXPECT_PRED2(says, told[0].payload, "\"connected_at\":\"2019-12-20T01:00:00.000Z\"");
    EXPECT_FALSE(told[0].retained);
}

TEST_P(Presence, a_client_that_says_goodbye_is_told_with_reason_0) {
    FakePeer reader = watcher();
    FakePeer client = connect("a");
    (void)all_told(reader);
    broker().advance(2s);
    client.disconnect();
    const auto told = all_told(reader);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].topic, topic_of("a", "disconnected"));
    EXPECT_PRED2(says, told[0].payload, "\"reason_code\":0,\"reason\":\"client disconnected\"");
    EXPECT_PRED2(says, told[0].payload, "\"connected_at\":\"2019-12-20T01:00:00.000Z\"");
    EXPECT_PRED2(says, told[0].payload, "\"disconnected_at\":\"2019-12-20T01:00:02.000Z\"");
}

TEST_P(Presence, a_connection_that_breaks_off_has_no_reason_code) {
    FakePeer reader = watcher();
    FakePeer client = connect("a");
    (void)all_told(reader);
    client.drop();
    const auto told = all_told(reader);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_FALSE(says(told[0].payload, "reason_code"));
    EXPECT_PRED2(
        says, told[0].payload, "\"reason\":\"client closed the connection without DISCONNECT\""
    );
}

TEST_P(Presence, an_older_client_that_is_silent_too_long_gets_the_code_of_the_newer_protocol) {
    FakePeer reader = watcher();
    FakePeer client = connect("a", {.version = v311, .keep_alive = 10});
    (void)all_told(reader);
    broker().advance(16s);
    const auto told = all_told(reader);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_PRED2(says, told[0].payload, "\"protocol\":\"3.1.1\"");
    EXPECT_PRED2(says, told[0].payload, "\"reason_code\":141");
}

TEST_P(Presence, a_takeover_is_an_end_and_then_a_beginning_with_a_larger_number) {
    FakePeer reader = watcher();
    FakePeer client = connect_persistent("a");
    const std::uint64_t first = number_in(all_told(reader).back().payload);
    FakePeer again = connect_persistent("a");
    const auto told = all_told(reader);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].topic, topic_of("a", "disconnected"));
    EXPECT_EQ(number_in(told[0].payload), first);
    EXPECT_PRED2(says, told[0].payload, "\"reason_code\":142");
    EXPECT_EQ(told[1].topic, topic_of("a", "connected"));
    EXPECT_GT(number_in(told[1].payload), first);
}

TEST_P(Presence, nothing_is_sent_to_a_client_after_its_DISCONNECT) {
    ConnectOptions options{.clean = false, .properties = expiry(100)};
    FakePeer client = connect("a", options);
    client.subscribe("$SYS/brokers/#", {.qos = 1});
    FakePeer again = connect("a", options);
    EXPECT_TRUE(client.next().starts_with("DISCONNECT reason=0x8E"));
    EXPECT_EQ(client.next(), "closed");
    const auto told = all_told(again);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].topic, topic_of("a", "disconnected"));
    EXPECT_EQ(told[1].topic, topic_of("a", "connected"));
}

TEST_P(Presence, who_is_refused_was_never_there) {
    config.clientid_prefixes = {"good-"};
    FakePeer reader = open();
    reader.connect("good-watcher");
    reader.subscribe("$SYS/brokers/+/clients/+/+");
    FakePeer client = open();
    client.connect("bad");
    EXPECT_TRUE(all_told(reader).empty());
}

TEST_P(Presence, the_retained_state_of_a_client_that_is_gone_expires) {
    config.presence.retain = true;
    config.presence.offline_expiry = 60s;
    FakePeer client = connect("a");
    {
        FakePeer reader = watcher(topic_of("a", "state"));
        const auto told = all_told(reader);
        ASSERT_EQ(told.size(), 1U);
        EXPECT_TRUE(told[0].retained);
        EXPECT_PRED2(says, told[0].payload, "\"online\":true");
    }
    client.disconnect();
    broker().advance(1s);
    {
        FakePeer reader = watcher(topic_of("a", "state"));
        const auto told = all_told(reader);
        ASSERT_EQ(told.size(), 1U);
        EXPECT_PRED2(says, told[0].payload, "\"online\":false");
    }
    broker().advance(61s);
    FakePeer reader = watcher(topic_of("a", "state"));
    EXPECT_TRUE(all_told(reader).empty());
}

TEST_P(Presence, the_state_has_the_shape_of_the_plugin_of_mosquitto_when_asked_for) {
    config.presence.connection_state = true;
    FakePeer client = connect("a");
    client.disconnect();
    FakePeer second = connect("b");
    FakePeer reader = watcher("$SYS/broker/connection/client/+/state");
    std::map<std::string, std::string> states;
    for (const Told& each : all_told(reader))
        states[each.topic] = each.payload;
    const auto state_of = [&](const std::string& name) {
        return states["$SYS/broker/connection/client/" + id_of(name) + "/state"];
    };
    EXPECT_EQ(state_of("a"), "0");
    EXPECT_EQ(state_of("b"), "1");
}

TEST_P(Presence, it_is_silent_when_it_is_off) {
    config.presence.on = false;
    config.presence.retain = true;
    FakePeer reader = watcher("$SYS/#");
    FakePeer client = connect("a");
    client.disconnect();
    EXPECT_TRUE(all_told(reader).empty());
}

TEST(PresenceTopic, an_identifier_is_one_level_and_can_be_read_back) {
    EXPECT_EQ(mqttd::topic_level_of("mina/1"), "mina%2F1");
    EXPECT_EQ(mqttd::topic_level_of("+#%"), "%2B%23%25");
    EXPECT_EQ(mqttd::topic_level_of("mina%2F1"), "mina%252F1");
    EXPECT_EQ(mqttd::topic_level_of("ämne"), "ämne");
    EXPECT_EQ(mqttd::topic_level_of(""), "%");
}

} // namespace
} // namespace scenario
