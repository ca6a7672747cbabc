#include "tests/unit/sysmon/script.hpp"

#include <gtest/gtest.h>

namespace mqtt_sysmon {
namespace {

using namespace std::chrono_literals;

TEST(Metric, names_kinds_and_numbers_follow_the_topic_and_the_value) {
    EXPECT_EQ(metric_name("$SYS/broker/retained messages/count"), "retained_messages.count");
    EXPECT_EQ(metric_name("$SYS/brokers/n1/stats/x"), "brokers.n1.stats.x");
    EXPECT_EQ(kind_of("bytes.received", "17"), Kind::counter);
    EXPECT_EQ(kind_of("clients.connected", "17"), Kind::gauge);
    EXPECT_EQ(kind_of("load.bytes.received.1min", "17.00"), Kind::average);
    EXPECT_EQ(kind_of("version", "mqttd version 1"), Kind::text);
    EXPECT_EQ(number_of("123 seconds"), 123.0);
    EXPECT_EQ(number_of("12abc"), std::nullopt);
    EXPECT_EQ(full_name("dropped"), "publish.messages.dropped");
    EXPECT_EQ(full_name("heap.maximum"), "heap.maximum");
}

TEST(BrokerState, a_rate_is_a_difference_over_the_real_interval) {
    Script script;
    script.round({{"uptime", "1 seconds"}, {"bytes/sent", "1000"}});
    EXPECT_EQ(script.state.find("bytes.sent")->rate, std::nullopt);
    script.pass(4400ms); // this broker takes five seconds
    script.round({{"uptime", "6 seconds"}, {"bytes/sent", "2000"}});
    EXPECT_EQ(script.state.find("bytes.sent")->rate, 200.0);
    EXPECT_EQ(script.state.interval(), 5s);
}

TEST(BrokerState, a_value_that_does_not_come_has_not_changed) {
    Script script;
    script.round({{"uptime", "1 seconds"}, {"bytes/sent", "1000"}, {"clients/connected", "3"}});
    script.wait();
    script.round({{"uptime", "11 seconds"}});
    EXPECT_EQ(script.state.find("bytes.sent")->rate, 0.0);
    EXPECT_EQ(script.state.find("clients")->number, 3.0);
    EXPECT_EQ(script.state.find("clients")->history, (std::deque<double>{3, 3}));
}

TEST(BrokerState, counters_that_go_back_are_a_restart_and_no_rate) {
    Script script;
    script.round({{"uptime", "100 seconds"}, {"bytes/sent", "1000"}});
    script.wait();
    script.round({{"uptime", "3 seconds"}, {"bytes/sent", "10"}});
    EXPECT_EQ(script.state.find("bytes.sent")->rate, std::nullopt);
    EXPECT_EQ(script.state.events().back().text, "the broker has started anew");
    EXPECT_EQ(script.state.events().size(), 2U); // once, not for each counter
    script.wait();
    script.round({{"uptime", "13 seconds"}, {"bytes/sent", "110"}});
    EXPECT_EQ(script.state.find("bytes.sent")->rate, 10.0);
}

TEST(BrokerState, after_three_missed_rounds_the_values_are_old) {
    Script script;
    script.round({{"uptime", "1 seconds"}});
    script.wait();
    script.round({{"uptime", "11 seconds"}});
    script.pass(29s);
    EXPECT_FALSE(script.state.stale(script.clock.now()));
    script.pass(2s);
    EXPECT_TRUE(script.state.stale(script.clock.now()));
    EXPECT_EQ(
        script.state.events().back().text, "nothing has come for too long: the values are old"
    );
    script.round({{"uptime", "50 seconds"}});
    EXPECT_FALSE(script.state.stale(script.clock.now()));
    EXPECT_EQ(script.state.events().back().text, "values come again");
}

TEST(BrokerState, without_a_connection_everything_is_old_and_rates_begin_anew) {
    Script script;
    script.round({{"uptime", "1 seconds"}, {"bytes/sent", "1000"}});
    script.wait();
    script.round({{"uptime", "11 seconds"}, {"bytes/sent", "2000"}});
    script.state.on_lost("connection refused", script.clock.now(), script.clock.wall_now());
    EXPECT_TRUE(script.state.stale(script.clock.now()));
    EXPECT_EQ(script.state.problem(), "connection refused");
    script.pass(60s);
    script.state.on_connected(script.clock.now(), script.clock.wall_now());
    script.round({{"uptime", "71 seconds"}, {"bytes/sent", "9000"}});
    EXPECT_EQ(script.state.find("bytes.sent")->rate, std::nullopt);
    EXPECT_FALSE(script.state.stale(script.clock.now()));
}

TEST(BrokerState, the_first_dropped_message_is_an_alarm_and_the_next_ones_are_not) {
    Script script;
    const auto alarms = [&] {
        int count = 0;
        for (const Event& event : script.state.events())
            count += event.alarm ? 1 : 0;
        return count;
    };
    for (const char* const dropped : {"0", "0", "5", "9", "9", "10"}) {
        script.round({{"uptime", "1 seconds"}, {"publish/messages/dropped", dropped}});
        script.wait();
    }
    EXPECT_EQ(alarms(), 2);
}

TEST(BrokerState, the_history_and_the_tree_have_a_bound) {
    base::ManualClock clock;
    BrokerState state("b", 60);
    state.on_connected(clock.now(), clock.wall_now());
    for (int i = 0; i < 100; ++i) {
        state.on_value(
            "$SYS/broker/clients/connected", std::to_string(i), clock.now(), clock.wall_now()
        );
        clock.advance(1s);
        state.tick(clock.now(), clock.wall_now());
    }
    EXPECT_EQ(state.find("clients")->history.size(), 60U);
    EXPECT_EQ(state.find("clients")->history.back(), 99.0);
    for (int i = 0; i < 6000; ++i)
        state.on_value("$SYS/x/" + std::to_string(i), "1", clock.now(), clock.wall_now());
    EXPECT_EQ(state.values().size(), 5000U);
}

} // namespace
} // namespace mqtt_sysmon
