#include "common/mqtt/flow/send_flow.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mqtt::flow {
namespace {

constexpr Qos qos1 = Qos::at_least_once;
constexpr Qos qos2 = Qos::exactly_once;

using Flow = SendFlow<std::string>;
using Sent = std::vector<std::string>;

/// "7 publish q1 text" or "7 pubrel" for what has to be sent again, in order.
template <typename Each>
Sent described(Each&& each) {
    Sent sent;
    each([&](PacketId id, Awaiting awaiting, Qos qos, const std::string* item) {
        EXPECT_EQ(item == nullptr, awaiting == Awaiting::pubcomp);
        EXPECT_EQ(qos == qos1, awaiting == Awaiting::puback);
        sent.push_back(
            std::to_string(id) +
            (item == nullptr ? " pubrel" : (qos == qos1 ? " publish q1 " : " publish q2 ") + *item)
        );
    });
    return sent;
}

Sent in_flight(Flow& flow) {
    return described([&](auto&& visit) { flow.for_each(visit); });
}

Sent resend(Flow& flow) {
    return described([&](auto&& visit) { flow.resend(visit); });
}

// [MQTT-4.3.2-1] [MQTT-4.3.2-3]
TEST(SendFlow, qos1_ends_with_puback) {
    Flow flow{10};
    const PacketId id = flow.start("a", qos1);
    EXPECT_EQ(id, 1);
    EXPECT_EQ(flow.on_pubrec(id, false, nullptr), PubrecOutcome::unknown);
    EXPECT_FALSE(flow.on_pubcomp(id));
    EXPECT_EQ(flow.on_puback(id), "a");
    EXPECT_EQ(flow.on_puback(id), std::nullopt);
    EXPECT_TRUE(flow.empty());
}

// [MQTT-4.3.3-4] [MQTT-4.3.3-5]
TEST(SendFlow, qos2_goes_through_pubrec_and_pubcomp) {
    Flow flow{10};
    const PacketId id = flow.start("a", qos2);
    EXPECT_EQ(flow.on_puback(id), std::nullopt);
    EXPECT_FALSE(flow.on_pubcomp(id));
    std::optional<std::string> released;
    EXPECT_EQ(flow.on_pubrec(id, false, &released), PubrecOutcome::send_pubrel);
    EXPECT_EQ(released, "a");
    released.reset();
    EXPECT_EQ(flow.on_pubrec(id, false, &released), PubrecOutcome::send_pubrel);
    EXPECT_EQ(released, std::nullopt);
    EXPECT_EQ(flow.in_flight(), 1U);
    EXPECT_TRUE(flow.on_pubcomp(id));
    EXPECT_FALSE(flow.on_pubcomp(id));
    EXPECT_TRUE(flow.empty());
}

TEST(SendFlow, an_error_in_pubrec_ends_the_exchange) {
    Flow flow{1};
    const PacketId id = flow.start("a", qos2);
    EXPECT_FALSE(flow.has_room());
    std::optional<std::string> released;
    EXPECT_EQ(flow.on_pubrec(id, true, &released), PubrecOutcome::finished_with_error);
    EXPECT_EQ(released, "a");
    EXPECT_TRUE(flow.has_room());
    EXPECT_EQ(flow.on_pubrec(id, false, nullptr), PubrecOutcome::unknown);
}

// [MQTT-3.3.4-9]
TEST(SendFlow, the_window_counts_until_the_last_acknowledgement) {
    Flow flow{2};
    const PacketId first = flow.start("a", qos2);
    const PacketId second = flow.start("b", qos1);
    EXPECT_FALSE(flow.has_room());
    ASSERT_EQ(flow.on_pubrec(first, false, nullptr), PubrecOutcome::send_pubrel);
    EXPECT_FALSE(flow.has_room());
    ASSERT_TRUE(flow.on_puback(second).has_value());
    EXPECT_TRUE(flow.has_room());
}

// [MQTT-2.2.1-4]
TEST(SendFlow, identifiers_in_use_are_left_out) {
    Flow flow{0};
    flow.start(2, "b", qos1);
    EXPECT_EQ(flow.start("c", qos1), 3);
    flow.start(65'535, "d", qos1);
    EXPECT_EQ(flow.start("e", qos1), 1);
    EXPECT_EQ(flow.start("f", qos1), 4);
}

TEST(SendFlow, order_of_sending_survives_acknowledgements_out_of_order) {
    Flow flow{10};
    for (const char* const item : {"a", "b", "c", "d"})
        static_cast<void>(flow.start(item, qos1));
    ASSERT_TRUE(flow.on_puback(2).has_value());
    ASSERT_TRUE(flow.on_puback(1).has_value());
    ASSERT_TRUE(flow.on_puback(4).has_value());
    EXPECT_EQ(flow.start("e", qos2), 5);
    EXPECT_EQ(in_flight(flow), (Sent{"3 publish q1 c", "5 publish q2 e"}));
}

// [MQTT-4.4.0-1] [MQTT-4.6.0-1]
TEST(SendFlow, a_new_connection_sends_everything_again_in_order) {
    Flow flow{10};
    static_cast<void>(flow.start("a", qos2));
    static_cast<void>(flow.start("b", qos1));
    static_cast<void>(flow.start("c", qos2));
    ASSERT_EQ(flow.on_pubrec(1, false, nullptr), PubrecOutcome::send_pubrel);
    flow.begin_resend();
    EXPECT_TRUE(flow.resending());
    EXPECT_FALSE(flow.has_room());
    EXPECT_EQ(resend(flow), (Sent{"1 pubrel", "2 publish q1 b", "3 publish q2 c"}));
    EXPECT_FALSE(flow.resending());
    EXPECT_TRUE(flow.has_room());
    EXPECT_EQ(resend(flow), Sent{});
}

TEST(SendFlow, resending_keeps_to_a_smaller_window) {
    Flow flow{10};
    for (const char* const item : {"a", "b", "c"})
        static_cast<void>(flow.start(item, qos1));
    flow.set_window(1);
    flow.begin_resend();
    EXPECT_EQ(resend(flow), Sent{"1 publish q1 a"});
    EXPECT_EQ(resend(flow), Sent{});
    ASSERT_TRUE(flow.on_puback(1).has_value());
    EXPECT_FALSE(flow.has_room());
    EXPECT_EQ(resend(flow), Sent{"2 publish q1 b"});
    // A late acknowledgement of the old connection for what is not sent again yet.
    ASSERT_TRUE(flow.on_puback(3).has_value());
    EXPECT_FALSE(flow.resending());
    ASSERT_TRUE(flow.on_puback(2).has_value());
    EXPECT_TRUE(flow.empty());
    EXPECT_TRUE(flow.has_room());
}

TEST(SendFlow, acknowledging_the_next_to_resend_moves_on) {
    Flow flow{1};
    flow.restore(4, Awaiting::puback, qos1, "a");
    flow.restore(5, Awaiting::pubrec, qos2, "b");
    flow.restore(6, Awaiting::pubcomp, qos2, std::nullopt);
    flow.begin_resend();
    ASSERT_TRUE(flow.on_puback(4).has_value());
    EXPECT_EQ(resend(flow), Sent{"5 publish q2 b"});
    ASSERT_EQ(flow.on_pubrec(5, true, nullptr), PubrecOutcome::finished_with_error);
    EXPECT_EQ(resend(flow), Sent{"6 pubrel"});
    EXPECT_TRUE(flow.on_pubcomp(6));
    EXPECT_EQ(flow.start("c", qos1), 7);
}

} // namespace
} // namespace mqtt::flow
