#include "common/mqtt/topic/filter_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mqtt::topic {
namespace {

using Tree = FilterTree<std::string>;

class FilterTreeTest : public ::testing::Test {
protected:
    void add(const std::vector<std::string>& filters) {
        for (const std::string& filter : filters)
            tree_[filter] = filter;
    }

    std::vector<std::string> matched(const std::string& topic) {
        std::vector<std::string> found;
        tree_.match(topic, [&](const std::string& filter) { found.push_back(filter); });
        std::sort(found.begin(), found.end());
        return found;
    }

    Tree tree_{1};
};

using Filters = std::vector<std::string>;

TEST_F(FilterTreeTest, an_empty_tree_matches_nothing) {
    EXPECT_EQ(matched("a"), Filters{});
    EXPECT_EQ(tree_.memory_bytes(), 0U);
}

TEST_F(FilterTreeTest, filters_that_share_levels_are_told_apart) {
    add({"a/+/c", "a/+/d", "a/+", "a/+/c/#", "+/b/c"});
    EXPECT_EQ(matched("a/b/c"), (Filters{"+/b/c", "a/+/c", "a/+/c/#"}));
    EXPECT_EQ(matched("a/b"), (Filters{"a/+"}));
    EXPECT_EQ(matched("a/x/c/y/z"), (Filters{"a/+/c/#"}));
    EXPECT_EQ(matched("a/x/e"), Filters{});
}

TEST_F(FilterTreeTest, a_level_is_no_prefix_of_another) {
    add({"dev/+", "device/+", "de/+", "device/+/x"});
    EXPECT_EQ(matched("device/1"), (Filters{"device/+"}));
    EXPECT_EQ(matched("dev/1"), (Filters{"dev/+"}));
}

TEST_F(FilterTreeTest, empty_levels_are_levels) {
    add({"/+", "//+", "+/", "+//", "/+/"});
    EXPECT_EQ(matched("/a"), (Filters{"/+"}));
    EXPECT_EQ(matched("//"), (Filters{"+//", "/+/", "//+"}));
    EXPECT_EQ(matched("/"), (Filters{"+/", "/+"}));
}

TEST_F(FilterTreeTest, a_multi_level_wildcard_includes_the_parent) {
    add({"sport/tennis/#", "#", "sport/#", "+/#"});
    EXPECT_EQ(matched("sport"), (Filters{"#", "+/#", "sport/#"}));
    EXPECT_EQ(matched("sport/tennis"), (Filters{"#", "+/#", "sport/#", "sport/tennis/#"}));
}

TEST_F(FilterTreeTest, a_wildcard_first_hides_topics_of_the_server) {
    add({"#", "+/x", "+/#", "$SYS/#", "$SYS/+", "$SYS/x"});
    EXPECT_EQ(matched("$SYS/x"), (Filters{"$SYS/#", "$SYS/+", "$SYS/x"}));
    EXPECT_EQ(matched("a/x"), (Filters{"#", "+/#", "+/x"}));
}

TEST_F(FilterTreeTest, values_and_ids_stay_while_others_split_and_join_their_levels) {
    const FilterId id = tree_.add("a/b/+/d");
    tree_.value(id) = "kept";
    add({"a/b/+/e", "a/b/+", "a/+", "a/b/#", "a/b/+/d/#"});
    EXPECT_EQ(tree_.text(id), "a/b/+/d");
    for (const char* const gone : {"a/b/+/e", "a/b/+", "a/+", "a/b/#", "a/b/+/d/#"})
        EXPECT_TRUE(tree_.erase(gone));
    EXPECT_EQ(tree_.value(id), "kept");
    EXPECT_EQ(matched("a/b/c/d"), Filters{"kept"});
    EXPECT_EQ(tree_.add("a/b/+/d"), id);
    tree_.erase(id);
    EXPECT_EQ(tree_.size(), 0U);
    EXPECT_EQ(tree_.memory_bytes(), 0U);
}

TEST_F(FilterTreeTest, depth_costs_no_stack) {
    std::string deep;
    for (int level = 0; level < 30'000; ++level)
        deep += "+/";
    const std::string topic(30'000, '/');
    add({deep + "#", deep + "+", deep + "a", "#"});
    for (std::size_t size = 0; size < deep.size(); size += 1000)
        add({deep.substr(0, size) + "+"});
    EXPECT_EQ(matched(topic), (Filters{"#", deep + "#", deep + "+"}));
    EXPECT_TRUE(tree_.erase(deep + "+"));
    EXPECT_EQ(matched(topic), (Filters{"#", deep + "#"}));
}

TEST_F(FilterTreeTest, the_longest_filter_is_kept_whole) {
    const std::string longest = std::string(65'533, 'x') + "/+";
    add({longest, std::string(65'535, 'y')});
    EXPECT_EQ(matched(longest.substr(0, 65'534)), Filters{longest});
    EXPECT_EQ(matched(std::string(65'535, 'y')), Filters{std::string(65'535, 'y')});
}

// Counted, not timed: what is unrelated to a topic is never looked at.
TEST(FilterTreeMemory, a_distinct_filter_costs_little_beside_its_text) {
    FilterTree<std::uint64_t> tree{1};
    constexpr std::size_t filters = 20'000;
    for (std::size_t number = 0; number < filters; ++number) {
        std::string filter =
            "bench/device-" + std::to_string(100'000 + number) + "/sensor/temperature/value";
        filter.resize(45, '0');
        tree[filter] = number;
    }
    ASSERT_EQ(tree.size(), filters);
    // 45 of text, 8 of value, and the table's slots at four fifths to half full.
    EXPECT_LT(tree.memory_bytes() / filters, 45U + 8U + 20U);
}

TEST(FilterTreeMemory, a_wildcard_filter_costs_a_node_more) {
    FilterTree<std::uint64_t> tree{1};
    constexpr std::size_t filters = 20'000;
    for (std::size_t number = 0; number < filters; ++number)
        tree["bench/+/device-" + std::to_string(100'000 + number) + "/temperature/value"] = number;
    EXPECT_LT(tree.memory_bytes() / filters, 45U + 8U + 75U);
}

} // namespace
} // namespace mqtt::topic
