#include "common/mqtt/flow/id_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>

namespace mqtt::flow {
namespace {

struct Entry {
    PacketId id = 0;
    int value = 0;
};

using Table = IdTable<Entry>;
using Model = std::map<PacketId, int>;

Model content(Table& table) {
    Model seen;
    table.for_each([&](const Entry& entry) {
        EXPECT_TRUE(seen.emplace(entry.id, entry.value).second);
    });
    return seen;
}

TEST(IdTable, keeps_random_entries_through_growth_and_gaps) {
    for (unsigned seed = 1; seed <= 100; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random{seed};
        // From dense neighbours to identifiers that all share a home slot.
        const unsigned stride = 1U << (seed % 9);
        Table table;
        Model model;
        for (int step = 0; step < 400; ++step) {
            const auto id = static_cast<PacketId>(1 + (random() % 100) * stride);
            const auto known = model.find(id);
            ASSERT_EQ(table.contains(id), known != model.end());
            if (known == model.end()) {
                table.insert({id, step});
                model[id] = step;
            } else if (random() % 3 != 0) {
                ASSERT_EQ(table.find(id)->value, known->second);
                ASSERT_TRUE(table.erase(id));
                model.erase(known);
            }
            ASSERT_EQ(table.size(), model.size());
        }
        ASSERT_EQ(content(table), model);
    }
}

TEST(IdTable, takes_every_identifier_and_no_other) {
    Table table;
    for (unsigned id = 1; id <= 65'535; ++id)
        table.insert({static_cast<PacketId>(id), 0});
    EXPECT_EQ(table.size(), 65'535U);
    EXPECT_FALSE(table.contains(0));
    EXPECT_FALSE(table.erase(0));
    for (unsigned id = 65'535; id >= 1; --id)
        EXPECT_TRUE(table.erase(static_cast<PacketId>(id)));
    EXPECT_EQ(table.size(), 0U);
}

// What a window of messages is: identifiers in a row, finished in order, around the end as well.
TEST(IdTable, a_row_of_identifiers_moves_on_past_the_last_one) {
    Table table;
    unsigned oldest = 65'000;
    const unsigned end = oldest + 3000;
    const auto id_of = [](unsigned number) {
        return static_cast<PacketId>((number - 1) % 65'535 + 1);
    };
    for (unsigned newest = oldest; newest < end; ++newest) {
        table.insert({id_of(newest), static_cast<int>(newest)});
        if (table.size() <= 300) continue;
        ASSERT_EQ(table.find(id_of(oldest))->value, static_cast<int>(oldest));
        ASSERT_TRUE(table.erase(id_of(oldest)));
        ++oldest;
    }
    for (; table.size() != 0; ++oldest) {
        ASSERT_EQ(table.find(id_of(oldest))->value, static_cast<int>(oldest));
        ASSERT_TRUE(table.erase(id_of(oldest)));
    }
}

TEST(IdTable, a_moved_table_leaves_an_empty_one) {
    Table table;
    table.insert({7, 70});
    Table moved{std::move(table)};
    EXPECT_EQ(moved.find(7)->value, 70);
    EXPECT_EQ(table.size(), 0U); // NOLINT(bugprone-use-after-move): what it promises
    EXPECT_FALSE(table.contains(7));
    table.insert({8, 80});
    moved.clear();
    EXPECT_FALSE(moved.contains(7));
    EXPECT_EQ(table.find(8)->value, 80);
}

} // namespace
} // namespace mqtt::flow
