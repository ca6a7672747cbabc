// TopicTree against the rule itself: random topics come and go, and a walk in small steps, with
// changes in between, visits exactly those that a filter matches.
#include "common/mqtt/topic/topic.hpp"
#include "common/mqtt/topic/topic_tree.hpp"
#include "tests/unit/topic/topic_text.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

namespace mqtt::topic {
namespace {

struct TopicOf {
    std::string_view operator()(const std::string& value) const { return value; }
};

using Tree = TopicTree<std::string, TopicOf>;

/// Every walk ends, whatever happens meanwhile.
constexpr int step_limit = 10'000;

std::set<std::string> walk(
    Tree& tree, const std::string& filter, std::size_t budget, const std::function<void()>& between
) {
    std::set<std::string> seen;
    std::string cursor;
    for (int steps = 0; steps < step_limit; ++steps) {
        std::size_t visited = 0;
        const bool finished = tree.walk(
            filter,
            cursor,
            budget,
            [&](std::string_view topic, const std::string& value) {
                EXPECT_EQ(topic, value);
                EXPECT_TRUE(seen.emplace(topic).second) << topic << " twice";
                ++visited;
            }
        );
        EXPECT_LE(visited, budget);
        EXPECT_EQ(finished, cursor.empty());
        if (finished) return seen;
        between();
    }
    ADD_FAILURE() << "the walk of " << filter << " does not end";
    return seen;
}

std::set<std::string> expected(const std::set<std::string>& model, const std::string& filter) {
    std::set<std::string> found;
    for (const std::string& topic : model) {
        if (matches(filter, topic)) found.insert(topic);
    }
    return found;
}

void change(Tree& tree, std::set<std::string>& model, TopicText& text) {
    const std::string topic = text.name();
    if (text.below(3) == 0) {
        EXPECT_EQ(tree.erase(topic), model.erase(topic) == 1) << topic;
    } else {
        tree.put(topic);
        model.insert(topic);
    }
    EXPECT_EQ(tree.size(), model.size());
    const std::string asked = text.name();
    EXPECT_EQ(tree.find(asked) != nullptr, model.contains(asked)) << asked;
}

TEST(TopicTreeModel, a_filter_visits_what_the_rule_says) {
    for (std::uint32_t seed = 1; seed <= 600; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        TopicText text{seed};
        Tree tree{seed};
        std::set<std::string> model;
        for (int count = 0; count < 40; ++count)
            change(tree, model, text);
        for (int count = 0; count < 12; ++count) {
            const std::string filter = text.filter();
            const std::size_t budget = 1 + text.below(50);
            ASSERT_EQ(walk(tree, filter, budget, [] {}), expected(model, filter)) << filter;
        }
        for (const std::string& topic : model)
            ASSERT_TRUE(tree.erase(topic)) << topic;
        ASSERT_EQ(tree.memory_bytes(), 0U);
    }
}

TEST(TopicTreeModel, a_walk_is_stable_under_changes) {
    for (std::uint32_t seed = 1; seed <= 400; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        TopicText text{seed};
        Tree tree{seed};
        std::set<std::string> model;
        for (int count = 0; count < 60; ++count)
            change(tree, model, text);
        const std::string filter = text.filter();
        // Topics there from the first step to the last are seen; those never there are not.
        std::set<std::string> always = model;
        std::set<std::string> ever = model;
        const auto seen = walk(tree, filter, 1 + text.below(5), [&] {
            change(tree, model, text);
            std::erase_if(always, [&](const std::string& topic) { return !model.contains(topic); });
            ever.insert(model.begin(), model.end());
        });
        for (const std::string& topic : expected(always, filter))
            EXPECT_TRUE(seen.contains(topic)) << topic;
        for (const std::string& topic : seen)
            EXPECT_TRUE(ever.contains(topic) && matches(filter, topic)) << topic;
    }
}

TEST(TopicTreeModel, many_topics_split_and_join_blocks) {
    TopicText text{7};
    Tree tree{7};
    std::set<std::string> model;
    const auto topic = [&] {
        return text.name() + "/" + std::to_string(text.below(2000));
    };
    for (const int percent_added : {100, 50, 5, 80, 0}) {
        for (int count = 0; count < 2500; ++count) {
            const std::string chosen = topic();
            if (text.below(100) < static_cast<std::size_t>(percent_added)) {
                tree.put(chosen);
                model.insert(chosen);
            } else {
                const auto near = model.lower_bound(chosen);
                if (near == model.end()) continue;
                ASSERT_TRUE(tree.erase(*near));
                model.erase(near);
            }
        }
        for (const std::string filter : {"#", "+/#", "a/+/+", "+/b/+/#", "a/#", "$SYS/#"})
            ASSERT_EQ(walk(tree, filter, 700, [] {}), expected(model, filter)) << filter;
    }
}

} // namespace
} // namespace mqtt::topic
