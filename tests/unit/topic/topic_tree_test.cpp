#include "common/mqtt/topic/topic_tree.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mqtt::topic {
namespace {

/// A topic and something that changes.
struct Kept {
    std::string topic;
    int number = 0;
};

struct TopicOf {
    std::string_view operator()(const Kept& kept) const { return kept.topic; }
};

using Tree = TopicTree<Kept, TopicOf>;
using Topics = std::vector<std::string>;

class TopicTreeTest : public ::testing::Test {
protected:
    void put(const Topics& topics) {
        for (const std::string& topic : topics)
            tree_.put({topic});
    }

    Topics walk(const std::string& filter) {
        Topics found;
        std::string cursor;
        EXPECT_TRUE(tree_.walk(filter, cursor, 1'000'000, [&](std::string_view topic, Kept&) {
            found.emplace_back(topic);
        }));
        return found;
    }

    Tree tree_{1};
};

TEST_F(TopicTreeTest, putting_again_replaces) {
    tree_.put({"a/b", 1});
    tree_.put({"a/b", 2});
    EXPECT_EQ(tree_.size(), 1U);
    EXPECT_EQ(tree_.find("a/b")->number, 2);
    EXPECT_EQ(walk("a/b"), Topics{"a/b"});
}

TEST_F(TopicTreeTest, a_topic_is_erased_by_its_own_text) {
    put({"a/b", "a/c"});
    EXPECT_TRUE(tree_.erase(tree_.find("a/b")->topic));
    EXPECT_FALSE(tree_.erase("a/b"));
    EXPECT_EQ(walk("#"), Topics{"a/c"});
}

TEST_F(TopicTreeTest, topics_below_one_are_its_neighbours) {
    put({"a0", "a", "a/b", "a.", "a/", "b", "a/b/c", "a/b-c"});
    EXPECT_EQ(walk("a/#"), (Topics{"a", "a/", "a/b", "a/b/c", "a/b-c"}));
    EXPECT_EQ(walk("+"), (Topics{"a", "a.", "a0", "b"}));
    EXPECT_EQ(walk("a/+"), (Topics{"a/", "a/b", "a/b-c"}));
    EXPECT_EQ(walk("+/+/c"), (Topics{"a/b/c"}));
}

TEST_F(TopicTreeTest, a_wildcard_first_hides_topics_of_the_server) {
    put({"$SYS/a", "$SYS/b", "#not", "a/b", "!"});
    tree_.erase("#not");
    EXPECT_EQ(walk("#"), (Topics{"!", "a/b"}));
    EXPECT_EQ(walk("+/b"), (Topics{"a/b"}));
    EXPECT_EQ(walk("$SYS/#"), (Topics{"$SYS/a", "$SYS/b"}));
    Topics all;
    std::string cursor;
    while (!tree_.walk_all(cursor, 1, [&](std::string_view topic, Kept&) {
        all.emplace_back(topic);
    })) {
    }
    EXPECT_EQ(all, (Topics{"!", "$SYS/a", "$SYS/b", "a/b"}));
}

TEST_F(TopicTreeTest, a_walk_goes_on_after_its_cursor_is_erased) {
    put({"a/1", "a/2", "a/3", "a/4"});
    Topics found;
    std::string cursor;
    const auto note = [&](std::string_view topic, Kept&) {
        found.emplace_back(topic);
    };
    EXPECT_FALSE(tree_.walk("a/+", cursor, 2, note));
    EXPECT_TRUE(tree_.erase("a/2"));
    EXPECT_TRUE(tree_.walk("a/+", cursor, 10, note));
    EXPECT_EQ(found, (Topics{"a/1", "a/2", "a/3", "a/4"}));
}

/// How many topics a walk looks at.
std::size_t steps_of(Tree& tree, const std::string& filter) {
    std::string cursor;
    std::size_t steps = 1;
    while (!tree.walk(filter, cursor, 1, [](std::string_view, Kept&) {}))
        ++steps;
    return steps;
}

TEST_F(TopicTreeTest, a_walk_looks_only_where_the_filter_leads) {
    for (int device = 0; device < 100; ++device) {
        for (int sensor = 0; sensor < 100; ++sensor)
            put({"site/" + std::to_string(device) + "/" + std::to_string(sensor) + "/value"});
    }
    EXPECT_LE(steps_of(tree_, "site/7/7/value"), 2U);
    EXPECT_LE(steps_of(tree_, "site/7/+/value"), 102U);
    EXPECT_LE(steps_of(tree_, "site/+/7/value"), 302U);
    EXPECT_LE(steps_of(tree_, "elsewhere/#"), 2U);
    EXPECT_LE(steps_of(tree_, "site/7/+/other"), 203U);
}

TEST_F(TopicTreeTest, an_entry_costs_little_beside_its_value) {
    struct Pointer {
        std::string_view operator()(const std::string* const& topic) const { return *topic; }
    };

    std::vector<std::string> topics(20'000);
    TopicTree<const std::string*, Pointer> tree{1};
    for (std::size_t number = 0; number < topics.size(); ++number) {
        topics[number] = "bench/device-" + std::to_string(number * 7919 % topics.size()) + "/value";
        tree.put(&topics[number]);
    }
    ASSERT_EQ(tree.size(), topics.size());
    // 8 of value, 10 to 16 of the table, 5 to 8 of the order.
    EXPECT_LT(tree.memory_bytes() / topics.size(), 32U);
}

} // namespace
} // namespace mqtt::topic
