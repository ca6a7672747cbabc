#include "common/mqtt/flow/keep_alive.hpp"

#include <gtest/gtest.h>

namespace mqtt::flow {
namespace {

using namespace std::chrono_literals;

// [MQTT-3.1.2-22]
TEST(KeepAlive, a_server_waits_one_and_a_half_times_as_long) {
    EXPECT_EQ(KeepAlive{60s}.server_timeout(), 90s);
    EXPECT_EQ(KeepAlive{1s}.server_timeout(), 1500ms);
    EXPECT_EQ(KeepAlive{65'535s}.server_timeout(), 98'302'500ms);
}

TEST(KeepAlive, zero_turns_it_off) {
    EXPECT_EQ(KeepAlive{0s}.server_timeout(), 0ms);
    EXPECT_EQ(KeepAlive{0s}.interval(), 0s);
}

} // namespace
} // namespace mqtt::flow
