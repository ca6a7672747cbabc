#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqttd/sys/sys_tree.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <set>

namespace {

using mqttd::Counters;
using std::chrono::seconds;

// Two shards, a clock turned by hand, and the topics as a subscriber would see them.
class SysTreeTest : public ::testing::Test {
protected:
    /// The topics published by this update, with their payloads.
    std::map<std::string, std::string> update() {
        std::map<std::string, std::string> changed;
        for (mqttd::SysMessage& message : tree_.update(shards_, clock_.now())) {
            EXPECT_EQ(message.topic.rfind("$SYS/broker/", 0), 0U) << message.topic;
            std::string name = message.topic.substr(12);
            EXPECT_TRUE(changed.emplace(name, message.payload).second) << name << " came twice";
            retained_[name] = message.payload;
        }
        return changed;
    }

    std::map<std::string, std::string> update_after(seconds time) {
        clock_.advance(time);
        return update();
    }

    base::ManualClock clock_;
    Counters first_;
    Counters second_;
    std::vector<const Counters*> shards_ = {&first_, &second_};
    std::uint64_t heap_ = 1000;
    mqttd::SysTree tree_ =
        mqttd::SysTree("mqttd version 1.2.3", clock_.now(), [this] { return heap_; });
    std::map<std::string, std::string> retained_;
};

std::string two_decimals(double value) {
    char text[64];
    std::snprintf(text, sizeof(text), "%.2f", value);
    return text;
}

TEST_F(SysTreeTest, the_first_update_publishes_every_topic_of_mosquitto) {
    const auto all = update();
    const std::set<std::string> numbers = {"clients/total",           "clients/maximum",
                                           "clients/connected",       "clients/active",
                                           "clients/disconnected",    "clients/inactive",
                                           "clients/expired",         "messages/received",
                                           "messages/sent",           "publish/messages/received",
                                           "publish/messages/sent",   "publish/messages/dropped",
                                           "bytes/received",          "bytes/sent",
                                           "publish/bytes/received",  "publish/bytes/sent",
                                           "store/messages/count",    "messages/stored",
                                           "store/messages/bytes",    "retained messages/count",
                                           "subscriptions/count",     "shared_subscriptions/count",
                                           "packet/out/count",        "packet/out/bytes",
                                           "connections/socket/count"};
    for (const std::string& name : numbers) {
        ASSERT_TRUE(all.contains(name)) << name;
        EXPECT_EQ(all.at(name), "0") << name;
    }
    EXPECT_EQ(all.at("version"), "mqttd version 1.2.3");
    EXPECT_EQ(all.at("uptime"), "0 seconds");
    EXPECT_EQ(all.at("heap/current"), "1000");
    EXPECT_EQ(all.at("heap/maximum"), "1000");
}

TEST_F(SysTreeTest, the_first_update_publishes_27_loads_of_zero) {
    const auto all = update();
    for (const std::string family :
         {"messages/received",
          "messages/sent",
          "publish/received",
          "publish/sent",
          "publish/dropped",
          "bytes/received",
          "bytes/sent",
          "sockets",
          "connections"}) {
        for (const std::string period : {"1min", "5min", "15min"}) {
            const std::string name = "load/" + family + "/" + period;
            ASSERT_TRUE(all.contains(name)) << name;
            EXPECT_EQ(all.at(name), "0.00") << name;
        }
    }
}

TEST_F(SysTreeTest, each_packet_type_has_a_topic_in_the_directions_a_server_knows) {
    const std::map<std::string, mqtt::PacketType> received = {
        {"connect", mqtt::PacketType::connect},
        {"publish", mqtt::PacketType::publish},
        {"puback", mqtt::PacketType::puback},
        {"pubrec", mqtt::PacketType::pubrec},
        {"pubrel", mqtt::PacketType::pubrel},
        {"pubcomp", mqtt::PacketType::pubcomp},
        {"subscribe", mqtt::PacketType::subscribe},
        {"unsubscribe", mqtt::PacketType::unsubscribe},
        {"pingreq", mqtt::PacketType::pingreq},
        {"disconnect", mqtt::PacketType::disconnect},
        {"auth", mqtt::PacketType::auth}};
    const std::map<std::string, mqtt::PacketType> sent = {
        {"connack", mqtt::PacketType::connack},
        {"publish", mqtt::PacketType::publish},
        {"puback", mqtt::PacketType::puback},
        {"pubrec", mqtt::PacketType::pubrec},
        {"pubrel", mqtt::PacketType::pubrel},
        {"pubcomp", mqtt::PacketType::pubcomp},
        {"suback", mqtt::PacketType::suback},
        {"unsuback", mqtt::PacketType::unsuback},
        {"pingresp", mqtt::PacketType::pingresp},
        {"disconnect", mqtt::PacketType::disconnect},
        {"auth", mqtt::PacketType::auth}};
    for (const auto& [name, type] : received) {
        first_.packets_received[static_cast<std::size_t>(type)].add(static_cast<unsigned>(type));
    }
    for (const auto& [name, type] : sent) {
        second_.packets_sent[static_cast<std::size_t>(type)].add(
            100U + static_cast<unsigned>(type)
        );
    }
    const auto all = update();
    for (const auto& [name, type] : received) {
        EXPECT_EQ(all.at("mqtt/" + name + "/received"), std::to_string(static_cast<int>(type)));
    }
    for (const auto& [name, type] : sent) {
        EXPECT_EQ(all.at("mqtt/" + name + "/sent"), std::to_string(100 + static_cast<int>(type)));
    }
    EXPECT_FALSE(all.contains("mqtt/connect/sent"));
    EXPECT_FALSE(all.contains("mqtt/connack/received"));
}

TEST_F(SysTreeTest, a_value_is_the_sum_of_all_shards) {
    first_.messages_received.add(3);
    second_.messages_received.add(4);
    EXPECT_EQ(update().at("messages/received"), "7");
}

TEST_F(SysTreeTest, a_gauge_may_rise_on_one_shard_and_fall_on_another) {
    first_.clients_connected.add(3);
    first_.clients_total.add(5);
    second_.clients_connected.subtract(1);
    const auto all = update();
    EXPECT_EQ(all.at("clients/connected"), "2");
    EXPECT_EQ(all.at("clients/active"), "2");
    EXPECT_EQ(all.at("clients/disconnected"), "3");
    EXPECT_EQ(all.at("clients/inactive"), "3");
}

TEST_F(SysTreeTest, a_sum_below_zero_for_a_moment_shows_as_zero) {
    first_.subscriptions.subtract(1);
    EXPECT_EQ(update().at("subscriptions/count"), "0");
}

TEST_F(SysTreeTest, shared_subscriptions_are_counted_apart_from_the_others) {
    first_.subscriptions.add(3);
    second_.subscriptions.add(2);
    second_.shared_subscriptions.add(2);
    const auto all = update();
    EXPECT_EQ(all.at("subscriptions/count"), "3");
    EXPECT_EQ(all.at("shared_subscriptions/count"), "2");
}

TEST_F(SysTreeTest, nothing_is_published_again_without_a_change) {
    update();
    EXPECT_TRUE(update().empty());
    const auto later = update_after(seconds(10));
    ASSERT_EQ(later.size(), 1U);
    EXPECT_EQ(later.at("uptime"), "10 seconds");
}

TEST_F(SysTreeTest, only_the_topics_of_a_changed_counter_are_published) {
    update();
    first_.retained_messages.add(2);
    const auto changed = update();
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed.at("retained messages/count"), "2");
}

TEST_F(SysTreeTest, a_maximum_stays_when_the_value_falls) {
    first_.clients_total.add(9);
    heap_ = 5000;
    update();
    first_.clients_total.subtract(4);
    heap_ = 4000;
    auto changed = update();
    EXPECT_EQ(changed.at("clients/total"), "5");
    EXPECT_EQ(changed.at("heap/current"), "4000");
    EXPECT_FALSE(changed.contains("clients/maximum"));
    EXPECT_FALSE(changed.contains("heap/maximum"));
    second_.clients_total.add(5);
    changed = update();
    EXPECT_EQ(changed.at("clients/maximum"), "10");
}

TEST_F(SysTreeTest, a_load_follows_the_moving_average_formula) {
    update();
    const double periods[] = {60.0, 300.0, 900.0};
    const std::string names[] = {"1min", "5min", "15min"};
    double expected[] = {0.0, 0.0, 0.0};
    for (const unsigned grown : {500U, 0U, 20U, 7U}) {
        first_.publish_received.add(grown);
        update_after(seconds(10));
        const double rate = grown * 60.0 / 10.0;
        for (int i = 0; i < 3; ++i) {
            expected[i] = rate + std::exp(-10.0 / periods[i]) * (expected[i] - rate);
            EXPECT_EQ(retained_.at("load/publish/received/" + names[i]), two_decimals(expected[i]));
        }
    }
}

TEST_F(SysTreeTest, a_steady_rate_becomes_the_load) {
    update();
    for (int i = 0; i < 60; ++i) {
        first_.packets_received[1].add(5);
        second_.connections_accepted.add(1);
        update_after(seconds(10));
    }
    EXPECT_EQ(retained_.at("load/connections/1min"), "30.00");
    EXPECT_EQ(retained_.at("load/sockets/1min"), "6.00");
}

TEST_F(SysTreeTest, a_load_that_falls_slowly_ends_at_zero) {
    update();
    first_.bytes_sent.add(1);
    for (int i = 0; i < 2000; ++i) {
        update_after(seconds(1));
    }
    EXPECT_EQ(retained_.at("load/bytes/sent/1min"), "0.00");
    const auto later = update_after(seconds(1));
    EXPECT_FALSE(later.contains("load/bytes/sent/1min"));
}

TEST_F(SysTreeTest, growth_seen_by_an_update_at_the_same_instant_counts_in_the_next_interval) {
    update();
    first_.messages_sent.add(10);
    EXPECT_FALSE(update().contains("load/messages/sent/1min"));
    const auto later = update_after(seconds(60));
    EXPECT_EQ(later.at("load/messages/sent/1min"), two_decimals(10.0 * (1.0 - std::exp(-1.0))));
}

TEST_F(SysTreeTest, the_causes_of_drops_and_the_limits_have_topics) {
    first_.dropped_queue_full.add(1);
    first_.dropped_expired.add(2);
    second_.refused_topic_levels.add(3);
    second_.accept_pauses.add(4);
    const auto all = update();
    EXPECT_EQ(all.at("publish/dropped/queue_full"), "1");
    EXPECT_EQ(all.at("publish/dropped/expired"), "2");
    EXPECT_EQ(all.at("limits/refused/topic_levels"), "3");
    EXPECT_EQ(all.at("connections/accept/pauses"), "4");
}

} // namespace
