#include "common/mqtt/flow/packet_id_pool.hpp"

#include <gtest/gtest.h>

namespace mqtt::flow {
namespace {

// [MQTT-2.2.1-3]
TEST(PacketIdPool, counts_up_and_goes_from_65535_to_1) {
    PacketIdPool pool;
    for (unsigned round = 0; round < 2; ++round) {
        for (unsigned id = 1; id <= 65'535; ++id) {
            ASSERT_EQ(pool.take(), static_cast<PacketId>(id));
            ASSERT_TRUE(pool.release(static_cast<PacketId>(id)));
        }
    }
}

// [MQTT-2.2.1-4]
TEST(PacketIdPool, leaves_out_those_in_use) {
    PacketIdPool pool;
    EXPECT_TRUE(pool.reserve(1));
    EXPECT_TRUE(pool.reserve(3));
    EXPECT_EQ(pool.take(), 2);
    EXPECT_EQ(pool.take(), 4);
    EXPECT_EQ(pool.in_use_count(), 4U);
}

TEST(PacketIdPool, an_identifier_released_is_used_again_only_after_the_others) {
    PacketIdPool pool;
    ASSERT_EQ(pool.take(), 1);
    ASSERT_TRUE(pool.release(1));
    EXPECT_EQ(pool.take(), 2);
}

TEST(PacketIdPool, gives_none_when_all_are_in_use) {
    PacketIdPool pool;
    for (unsigned count = 0; count < 65'535; ++count)
        ASSERT_TRUE(pool.take().has_value());
    EXPECT_EQ(pool.take(), std::nullopt);
    EXPECT_TRUE(pool.release(40'000));
    EXPECT_EQ(pool.take(), 40'000);
    EXPECT_EQ(pool.take(), std::nullopt);
}

TEST(PacketIdPool, refuses_what_makes_no_sense) {
    PacketIdPool pool;
    EXPECT_FALSE(pool.reserve(0));
    EXPECT_TRUE(pool.reserve(5));
    EXPECT_FALSE(pool.reserve(5));
    EXPECT_TRUE(pool.in_use(5));
    EXPECT_TRUE(pool.release(5));
    EXPECT_FALSE(pool.release(5));
    EXPECT_FALSE(pool.release(0));
    EXPECT_FALSE(pool.in_use(5));
}

} // namespace
} // namespace mqtt::flow
