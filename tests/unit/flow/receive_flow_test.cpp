#include "common/mqtt/flow/receive_flow.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mqtt::flow {
namespace {

constexpr Qos qos0 = Qos::at_most_once;
constexpr Qos qos1 = Qos::at_least_once;
constexpr Qos qos2 = Qos::exactly_once;

TEST(ReceiveFlow, qos0_is_always_accepted) {
    ReceiveFlow flow{1};
    ASSERT_EQ(flow.on_publish(qos2, 1), Receipt::accepted);
    EXPECT_EQ(flow.on_publish(qos0, 0), Receipt::accepted);
    EXPECT_EQ(flow.pending(), 1U);
}

// [MQTT-4.3.3-10]
TEST(ReceiveFlow, a_qos2_message_is_new_once_until_pubrel) {
    ReceiveFlow flow{10};
    EXPECT_EQ(flow.on_publish(qos2, 7), Receipt::accepted);
    EXPECT_EQ(flow.on_publish(qos2, 7), Receipt::duplicate);
    EXPECT_EQ(flow.pending(), 1U);
    EXPECT_TRUE(flow.on_pubrel(7));
    EXPECT_FALSE(flow.on_pubrel(7));
    EXPECT_EQ(flow.on_publish(qos2, 7), Receipt::accepted);
}

// [MQTT-3.3.4-7]
TEST(ReceiveFlow, more_than_the_receive_maximum_is_refused_and_changes_nothing) {
    ReceiveFlow flow{2};
    ASSERT_EQ(flow.on_publish(qos1, 1), Receipt::accepted);
    ASSERT_EQ(flow.on_publish(qos2, 2), Receipt::accepted);
    EXPECT_EQ(flow.on_publish(qos1, 3), Receipt::window_exceeded);
    EXPECT_EQ(flow.on_publish(qos2, 4), Receipt::window_exceeded);
    EXPECT_EQ(flow.on_publish(qos2, 2), Receipt::duplicate);
    EXPECT_EQ(flow.pending(), 2U);
    EXPECT_EQ(flow.remembered(), 1U);
    flow.finish(1);
    EXPECT_EQ(flow.on_publish(qos2, 4), Receipt::accepted);
}

TEST(ReceiveFlow, no_receive_maximum_means_65535) {
    ReceiveFlow flow{0};
    for (unsigned id = 1; id <= 65'535; ++id)
        ASSERT_EQ(flow.on_publish(qos1, static_cast<PacketId>(id)), Receipt::accepted);
    EXPECT_EQ(flow.on_publish(qos1, 1), Receipt::window_exceeded);
}

// [MQTT-4.3.3-9]
TEST(ReceiveFlow, a_qos2_message_refused_is_forgotten) {
    ReceiveFlow flow{10};
    ASSERT_EQ(flow.on_publish(qos2, 9), Receipt::accepted);
    flow.finish(9);
    EXPECT_EQ(flow.pending(), 0U);
    EXPECT_EQ(flow.remembered(), 0U);
    EXPECT_EQ(flow.on_publish(qos2, 9), Receipt::accepted);
}

TEST(ReceiveFlow, qos1_and_qos2_under_one_identifier_are_counted_apart) {
    ReceiveFlow flow{10};
    ASSERT_EQ(flow.on_publish(qos2, 5), Receipt::accepted);
    ASSERT_EQ(flow.on_publish(qos1, 5), Receipt::accepted);
    ASSERT_EQ(flow.pending(), 2U);
    flow.finish(5);
    EXPECT_EQ(flow.pending(), 1U);
    EXPECT_EQ(flow.on_publish(qos2, 5), Receipt::duplicate);
    EXPECT_TRUE(flow.on_pubrel(5));
    EXPECT_EQ(flow.pending(), 0U);
}

TEST(ReceiveFlow, finishing_what_is_unknown_changes_nothing) {
    ReceiveFlow flow{10};
    flow.finish(3);
    EXPECT_EQ(flow.pending(), 0U);
    EXPECT_FALSE(flow.on_pubrel(3));
}

// [MQTT-4.9.0-1]
TEST(ReceiveFlow, a_new_connection_starts_counting_and_remembers_qos2) {
    ReceiveFlow flow{2};
    ASSERT_EQ(flow.on_publish(qos1, 1), Receipt::accepted);
    ASSERT_EQ(flow.on_publish(qos2, 2), Receipt::accepted);
    flow.clear_quota();
    EXPECT_EQ(flow.pending(), 0U);
    EXPECT_EQ(flow.remembered(), 1U);
    EXPECT_EQ(flow.on_publish(qos2, 2), Receipt::duplicate);
    EXPECT_EQ(flow.pending(), 1U);
    EXPECT_EQ(flow.on_publish(qos2, 3), Receipt::accepted);
    EXPECT_EQ(flow.on_publish(qos2, 4), Receipt::window_exceeded);
    EXPECT_TRUE(flow.on_pubrel(2));
    EXPECT_EQ(flow.pending(), 1U);
}

TEST(ReceiveFlow, a_duplicate_of_an_earlier_connection_needs_room_too) {
    ReceiveFlow flow{1};
    ASSERT_EQ(flow.on_publish(qos2, 2), Receipt::accepted);
    flow.clear_quota();
    ASSERT_EQ(flow.on_publish(qos1, 1), Receipt::accepted);
    EXPECT_EQ(flow.on_publish(qos2, 2), Receipt::window_exceeded);
    flow.finish(1);
    EXPECT_EQ(flow.on_publish(qos2, 2), Receipt::duplicate);
}

TEST(ReceiveFlow, restored_identifiers_are_duplicates_and_do_not_count) {
    ReceiveFlow flow{1};
    EXPECT_TRUE(flow.restore(8));
    EXPECT_TRUE(flow.restore(9));
    EXPECT_FALSE(flow.restore(8));
    EXPECT_FALSE(flow.restore(0));
    EXPECT_EQ(flow.pending(), 0U);
    std::set<PacketId> seen;
    flow.for_each_qos2([&](PacketId id) { seen.insert(id); });
    EXPECT_EQ(seen, (std::set<PacketId>{8, 9}));
    EXPECT_TRUE(flow.on_pubrel(8));
    EXPECT_EQ(flow.pending(), 0U);
    EXPECT_EQ(flow.on_publish(qos2, 9), Receipt::duplicate);
    EXPECT_EQ(flow.pending(), 1U);
}

} // namespace
} // namespace mqtt::flow
