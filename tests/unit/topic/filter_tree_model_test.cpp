// FilterTree against the rule itself: random filters come and go, and what a topic leads to is what
// matches() says of each filter.
#include "common/mqtt/topic/filter_tree.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tests/unit/topic/topic_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace mqtt::topic {
namespace {

using Tree = FilterTree<std::string>;
using Model = std::map<std::string, std::string>;

std::vector<std::string> matched(Tree& tree, const std::string& topic) {
    std::vector<std::string> found;
    tree.match(topic, [&](const std::string& value) { found.push_back(value); });
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<std::string> expected(const Model& model, const std::string& topic) {
    std::vector<std::string> found;
    for (const auto& [filter, value] : model) {
        if (matches(filter, topic)) found.push_back(value);
    }
    std::sort(found.begin(), found.end());
    return found;
}

void expect_same(Tree& tree, const Model& model) {
    ASSERT_EQ(tree.size(), model.size());
    Model seen;
    tree.for_each([&](std::string_view filter, const std::string& value) {
        EXPECT_TRUE(seen.emplace(filter, value).second);
    });
    EXPECT_EQ(seen, model);
}

/// One step: add, erase, find or match.
void step(Tree& tree, Model& model, TopicText& text) {
    const std::string filter = text.filter();
    switch (text.below(5)) {
    case 0:
    case 1: {
        const std::string value = "value of " + filter;
        tree[filter] = value;
        model[filter] = value;
        break;
    }
    case 2: {
        const std::string known =
            model.empty() || text.below(3) == 0
                ? filter
                : std::next(model.begin(), static_cast<std::ptrdiff_t>(text.below(model.size())))
                      ->first;
        ASSERT_EQ(tree.erase(known), model.erase(known) == 1) << known;
        break;
    }
    case 3: {
        const std::string* const found = tree.find(filter);
        const auto known = model.find(filter);
        ASSERT_EQ(found != nullptr, known != model.end()) << filter;
        if (found != nullptr) {
            ASSERT_EQ(*found, known->second);
        }
        break;
    }
    default: {
        const std::string topic = text.name();
        ASSERT_EQ(matched(tree, topic), expected(model, topic)) << topic;
    }
    }
}

TEST(FilterTreeModel, random_filters_match_as_the_rule_says) {
    for (std::uint32_t seed = 1; seed <= 1000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        TopicText text{seed};
        Tree tree{seed};
        Model model;
        for (int steps = 0; steps < 50; ++steps) {
            ASSERT_NO_FATAL_FAILURE(step(tree, model, text));
        }
        ASSERT_NO_FATAL_FAILURE(expect_same(tree, model));
        while (!model.empty()) {
            const auto gone =
                std::next(model.begin(), static_cast<std::ptrdiff_t>(text.below(model.size())));
            ASSERT_TRUE(tree.erase(gone->first)) << gone->first;
            model.erase(gone);
            const std::string topic = text.name();
            ASSERT_EQ(matched(tree, topic), expected(model, topic)) << topic;
        }
        ASSERT_EQ(tree.memory_bytes(), 0U);
    }
}

TEST(FilterTreeModel, many_filters_match_as_the_rule_says) {
    TopicText text{42};
    Tree tree{42};
    Model model;
    for (int count = 0; count < 3000; ++count) {
        const std::string filter = text.filter();
        tree[filter] = filter;
        model[filter] = filter;
    }
    for (int count = 0; count < 40; ++count) {
        const std::string topic = text.name();
        ASSERT_EQ(matched(tree, topic), expected(model, topic)) << topic;
    }
    expect_same(tree, model);
}

} // namespace
} // namespace mqtt::topic
