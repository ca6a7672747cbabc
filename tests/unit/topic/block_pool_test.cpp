#include "common/mqtt/topic/block_pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>

namespace mqtt::topic {
namespace {

TEST(BlockPool, a_block_keeps_its_bytes_while_others_come_and_go) {
    BlockPool pool;
    std::mt19937 random{1};
    std::map<Handle, std::pair<std::size_t, unsigned char>> blocks;
    for (int count = 0; count < 6'000; ++count) {
        if (blocks.empty() || random() % 5 < 3) {
            const std::size_t size =
                random() % 50 == 0 ? 1 + random() % 20'000 : 1 + random() % 100;
            const auto mark = static_cast<unsigned char>(random());
            const Handle block = pool.allocate(size);
            ASSERT_NE(block, 0U);
            ASSERT_EQ(reinterpret_cast<std::uintptr_t>(pool.at(block)) % 8, 0U);
            std::memset(pool.at(block), mark, size);
            ASSERT_TRUE(blocks.emplace(block, std::pair{size, mark}).second);
        } else {
            auto chosen =
                blocks.lower_bound(static_cast<Handle>(random() % (blocks.rbegin()->first + 1)));
            const auto [size, mark] = chosen->second;
            for (std::size_t i = 0; i < size; ++i)
                ASSERT_EQ(static_cast<unsigned char>(pool.at(chosen->first)[i]), mark);
            pool.free(chosen->first);
            blocks.erase(chosen);
        }
    }
    for (const auto& [block, content] : blocks)
        pool.free(block);
    EXPECT_EQ(pool.memory_bytes(), 0U);
}

TEST(BlockPool, blocks_cost_little_more_than_their_size) {
    BlockPool pool;
    constexpr std::size_t blocks = 100'000;
    for (std::size_t count = 0; count < blocks; ++count)
        static_cast<void>(pool.allocate(71));
    EXPECT_LT(pool.memory_bytes(), blocks * 74);
}

TEST(BlockPool, memory_is_returned_chunk_by_chunk) {
    BlockPool pool;
    std::vector<Handle> blocks(10'000);
    for (Handle& block : blocks)
        block = pool.allocate(40);
    const std::size_t full = pool.memory_bytes();
    for (std::size_t index = 0; index < blocks.size() / 2; ++index)
        pool.free(blocks[index]);
    EXPECT_LT(pool.memory_bytes(), full * 6 / 10);
    for (std::size_t index = 0; index < blocks.size() / 2; ++index)
        blocks[index] = pool.allocate(40);
    EXPECT_LE(pool.memory_bytes(), full);
}

TEST(BlockPool, every_size_up_to_the_longest_topic_has_room) {
    BlockPool pool;
    for (std::size_t size = 1; size < 65'600; size += size < 1100 ? 1 : 97) {
        const Handle block = pool.allocate(size);
        std::memset(pool.at(block), 1, size);
        pool.free(block);
    }
    EXPECT_EQ(pool.memory_bytes(), 0U);
}

} // namespace
} // namespace mqtt::topic
