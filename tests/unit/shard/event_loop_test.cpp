// What an event loop takes from the configuration. What it does with sockets is tested by
// tests/scenario/threads_test.cpp.
#include "tests/support/broker_fixture.hpp"
#include "tools/mqttd/shard/event_loop.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace mqttd {

namespace {

std::size_t read_buffer_with(std::size_t packet_buffer_size) {
    BrokerConfig config = support::open_config();
    config.packet_buffer_size = packet_buffer_size;
    support::CapturedLog log;
    base::ManualClock clock;
    base::FixedEntropy entropy(1);
    const HomeMap homes(1, entropy);
    BrokerTotals totals;
    Inbox inbox;
    const ShardTeam team{homes, {&inbox}, totals, log, clock};
    Shard shard(0, team, std::make_shared<const BrokerConfig>(config), entropy);
    EventLoop loop(shard, inbox, clock);
    return loop.read_buffer().size();
}

} // namespace

TEST(EventLoop, packet_buffer_size_is_the_size_of_its_read_buffer) {
    EXPECT_EQ(read_buffer_with(8192), 8192U);
}

TEST(EventLoop, the_read_buffer_has_64_KiB_when_nothing_is_set_and_never_less_than_1) {
    EXPECT_EQ(read_buffer_with(0), 65536U);
    EXPECT_EQ(read_buffer_with(1), 1024U);
}

} // namespace mqttd
