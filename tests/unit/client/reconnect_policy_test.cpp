#include "common/client/reconnect_policy.hpp"

#include <gtest/gtest.h>

namespace client {
namespace {

using engine::Failure;
using engine::FailureKind;
using mqtt::ReasonCode;
using namespace std::chrono_literals;

Failure failure(FailureKind kind, ReasonCode reason = ReasonCode::success) {
    return Failure{.kind = kind, .reason = reason};
}

TEST(ReconnectPolicy, first_connection_is_retried_only_when_asked) {
    base::FixedEntropy entropy(1);
    ReconnectPolicy plain(RetryPolicy{});
    EXPECT_EQ(plain.next_delay(failure(FailureKind::connect_failed), entropy), std::nullopt);
    ReconnectPolicy patient(RetryPolicy{.retry_first = true});
    EXPECT_TRUE(patient.next_delay(failure(FailureKind::connect_failed), entropy).has_value());
}

TEST(ReconnectPolicy, lost_connection_is_retried_unless_unwanted) {
    base::FixedEntropy entropy(1);
    ReconnectPolicy plain(RetryPolicy{});
    plain.on_connected();
    EXPECT_TRUE(plain.next_delay(failure(FailureKind::lost), entropy).has_value());
    ReconnectPolicy once(RetryPolicy{.reconnect = false});
    once.on_connected();
    EXPECT_EQ(once.next_delay(failure(FailureKind::lost), entropy), std::nullopt);
}

TEST(ReconnectPolicy, delays_double_up_to_the_most_and_start_over) {
    base::FixedEntropy entropy(7);
    ReconnectPolicy policy(RetryPolicy{.first = 1000ms, .most = 5000ms});
    policy.on_connected();
    for (const auto most : {1000ms, 2000ms, 4000ms, 5000ms, 5000ms}) {
        const auto delay = policy.next_delay(failure(FailureKind::lost), entropy);
        ASSERT_TRUE(delay.has_value());
        EXPECT_GE(*delay, most / 2);
        EXPECT_LE(*delay, most);
    }
    policy.on_connected();
    EXPECT_LE(*policy.next_delay(failure(FailureKind::lost), entropy), 1000ms);
}

TEST(ReconnectPolicy, attempts_are_counted_between_connections) {
    base::FixedEntropy entropy(7);
    ReconnectPolicy policy(RetryPolicy{.attempts = 1});
    policy.on_connected();
    EXPECT_TRUE(policy.next_delay(failure(FailureKind::lost), entropy).has_value());
    EXPECT_EQ(policy.next_delay(failure(FailureKind::connect_failed), entropy), std::nullopt);
    policy.on_connected();
    EXPECT_TRUE(policy.next_delay(failure(FailureKind::lost), entropy).has_value());
}

TEST(ReconnectPolicy, what_will_not_pass_is_not_retried) {
    using Kind = FailureKind;
    EXPECT_FALSE(may_pass(failure(Kind::refused, ReasonCode::not_authorized)));
    EXPECT_TRUE(may_pass(failure(Kind::refused, ReasonCode::server_busy)));
    EXPECT_FALSE(may_pass(failure(Kind::server_disconnect, ReasonCode::session_taken_over)));
    EXPECT_TRUE(may_pass(failure(Kind::server_disconnect, ReasonCode::server_shutting_down)));
    EXPECT_TRUE(may_pass(failure(Kind::server_disconnect, ReasonCode::success)));
    EXPECT_FALSE(may_pass(failure(Kind::protocol_error, ReasonCode::malformed_packet)));
    EXPECT_TRUE(may_pass(failure(Kind::keep_alive_timeout, ReasonCode::keep_alive_timeout)));
}

} // namespace
} // namespace client
