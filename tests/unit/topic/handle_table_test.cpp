#include "common/mqtt/topic/handle_table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <unordered_map>

namespace mqtt::topic {
namespace {

/// Handles whose hash is a function of the handle; bits: how many of the hash may differ, so that
/// few bits make long chains of collisions.
std::uint64_t hash_of(Handle handle, unsigned bits) {
    const std::uint64_t mixed = handle * 0x9E3779B97F4A7C15U;
    return (mixed >> 32U) & ~((std::uint64_t{1} << (32 - bits)) - 1);
}

Handle find(const HandleTable& table, Handle handle, unsigned bits) {
    return table.find(hash_of(handle, bits), [&](Handle other) { return other == handle; });
}

TEST(HandleTable, random_handles_are_found_until_erased) {
    for (const unsigned bits : {2U, 6U, 16U, 32U}) {
        SCOPED_TRACE("bits of the hash: " + std::to_string(bits));
        std::mt19937 random{bits};
        HandleTable table;
        std::set<Handle> model;
        for (int count = 0; count < 8'000; ++count) {
            const auto handle = static_cast<Handle>(1 + random() % 400);
            ASSERT_EQ(find(table, handle, bits) != 0, model.contains(handle));
            if (model.insert(handle).second) {
                table.insert(hash_of(handle, bits), handle);
            } else if (random() % 2 == 0) {
                table.erase(hash_of(handle, bits), handle);
                model.erase(handle);
            }
            ASSERT_EQ(table.size(), model.size());
        }
        std::set<Handle> seen;
        table.for_each([&](Handle handle) { EXPECT_TRUE(seen.insert(handle).second); });
        EXPECT_EQ(seen, model);
    }
}

TEST(HandleTable, memory_follows_the_size) {
    HandleTable table;
    constexpr Handle handles = 30'000;
    for (Handle handle = 1; handle <= handles; ++handle) {
        table.insert(hash_of(handle, 32), handle);
        if (handle > 100) {
            ASSERT_LE(table.memory_bytes(), handle * 16U);
        }
    }
    for (Handle handle = 1; handle <= handles; ++handle) {
        table.erase(hash_of(handle, 32), handle);
        if (table.size() > 100) {
            ASSERT_LE(table.memory_bytes(), table.size() * 33);
        }
    }
    EXPECT_EQ(table.memory_bytes(), 0U);
}

} // namespace
} // namespace mqtt::topic
