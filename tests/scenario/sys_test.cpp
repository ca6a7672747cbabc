// $SYS as clients see it. The values themselves have unit tests.
#include "tests/scenario/scenario.hpp"

namespace scenario {
namespace {

class Sys : public Scenario {
protected:
    void SetUp() override { config.sys_interval = 10s; }

    static std::string value_of(FakePeer& peer, const std::string& topic) {
        std::string value = "absent";
        while (const auto packet = peer.next_packet()) {
            const auto* publish = std::get_if<mqtt::Publish>(&*packet);
            if (publish != nullptr && publish->topic == topic) {
                value = base::as_text(publish->payload);
            }
        }
        return value;
    }
};

INSTANTIATE_TEST_SUITE_P(Shards, Sys, testing::Values(1U, 2U), testing::PrintToStringParamName());

TEST_P(Sys, a_subscriber_gets_the_retained_values_of_all_shards) {
    FakePeer a = connect("a");
    FakePeer b = connect("b");
    broker().start_housekeeping();
    FakePeer reader = connect("reader");
    reader.subscribe("$SYS/broker/clients/connected");
    EXPECT_EQ(
        reader.next(), "PUBLISH retain topic=\"$SYS/broker/clients/connected\" payload=\"2\""
    );
    reader.subscribe("$SYS/broker/version", {.qos = 2});
    EXPECT_EQ(
        reader.next(),
        "PUBLISH qos=2 retain id=1 topic=\"$SYS/broker/version\" payload=\"midge version test\""
    );
}

TEST_P(Sys, changed_values_come_at_the_interval_and_unchanged_ones_do_not) {
    broker().start_housekeeping();
    FakePeer reader = connect("reader");
    reader.subscribe("$SYS/broker/clients/connected", {.retain_handling = RetainHandling::never});
    broker().advance(10s);
    EXPECT_EQ(value_of(reader, "$SYS/broker/clients/connected"), "1");
    broker().advance(10s);
    EXPECT_EQ(reader.next(), "nothing");
}

TEST_P(Sys, a_wildcard_at_the_start_does_not_bring_sys) {
    broker().start_housekeeping();
    FakePeer reader = connect("reader");
    reader.subscribe("#");
    EXPECT_EQ(reader.next(), "nothing");
    broker().advance(20s);
    EXPECT_EQ(reader.next(), "nothing");
}

TEST_P(Sys, the_message_store_has_each_message_once_however_many_keep_it) {
    config.sys_interval = 0s;
    for (const std::string id : {"a", "b", "c"}) {
        FakePeer sub = connect_persistent(id);
        sub.subscribe("t/#", {.qos = 1});
        sub.drop();
    }
    FakePeer pub = connect("pub");
    pub.publish("t/1", "four", {.qos = 1});
    pub.publish("t/2", "retained", {.qos = 1, .retain = true});
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 2U);
    EXPECT_EQ(count(&mqttd::Counters::stored_bytes), 12U);
    for (const std::string id : {"a", "b", "c"}) {
        FakePeer sub = connect_persistent(id);
        sub.puback(1);
        sub.puback(2);
    }
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 1U); // the retained one
    pub.publish("t/2", "", {.retain = true});
    EXPECT_EQ(count(&mqttd::Counters::stored_messages), 0U);
    EXPECT_EQ(count(&mqttd::Counters::stored_bytes), 0U);
}

TEST_P(Sys, an_interval_of_0_switches_sys_off_and_a_reload_on) {
    config.sys_interval = 0s;
    broker().start_housekeeping();
    FakePeer reader = connect("reader");
    reader.subscribe("$SYS/#");
    broker().advance(60s);
    EXPECT_EQ(reader.next(), "nothing");
    config = broker().config();
    config.sys_interval = 5s;
    broker().reload(config);
    broker().advance(5s);
    EXPECT_EQ(value_of(reader, "$SYS/broker/clients/connected"), "1");
}

TEST_P(Sys, a_heap_above_memory_limit_is_noticed_within_a_second) {
    config.limits.memory_limit = 1;
    broker().start_housekeeping();
    broker().advance(1s);
    EXPECT_TRUE(broker().totals().memory_exhausted.load());
    config = broker().config();
    config.limits.memory_limit = 0;
    broker().reload(config);
    broker().advance(1s);
    EXPECT_FALSE(broker().totals().memory_exhausted.load());
}

} // namespace
} // namespace scenario
