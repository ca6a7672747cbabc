#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/auth/acl_rule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using mqttd::AclPermission;
using mqttd::AclRule;
using mqttd::AclRules;
using mqttd::filters_overlap;
using mqttd::TopicAccess;
using Answer = AclRules::Answer;

TEST(filters_overlap, they_do_when_some_topic_matches_both) {
    const std::pair<const char*, const char*> overlapping[] = {
        {"a/b", "a/b"},
        {"a/+", "+/b"},
        {"#", "a/b/c"},
        {"a/#", "a"},
        {"a/#", "+"},
        {"a/#", "#"},
        {"+/+/c", "a/#"},
        {"$SYS/#", "$SYS/+/load"},
        {"a//b", "a/+/b"},
        {"/#", "/"},
    };
    for (const auto& [a, b] : overlapping) {
        EXPECT_TRUE(filters_overlap(a, b)) << a << ' ' << b;
        EXPECT_TRUE(filters_overlap(b, a)) << a << ' ' << b;
    }
    const std::pair<const char*, const char*> apart[] = {
        {"a/b", "a/c"},
        {"a/+", "a"},
        {"a/+", "a/b/c"},
        {"a/#", "b/#"},
        {"#", "$SYS/x"},
        {"+/x", "$SYS/x"},
        {"+/+/c", "a/b"},
        {"/a", "a"},
        {"#", "$SYS/#"},
    };
    for (const auto& [a, b] : apart) {
        EXPECT_FALSE(filters_overlap(a, b)) << a << ' ' << b;
        EXPECT_FALSE(filters_overlap(b, a)) << a << ' ' << b;
    }
}

// All filters and topics of up to three levels out of a few words: what overlaps must have a topic
// in common, and nothing else may.
TEST(filters_overlap, agrees_with_matching_for_every_small_filter) {
    std::vector<std::string> topics{""}; // never sent, but the rules of matching know it
    std::vector<std::string> filters;
    const std::vector<std::string> words{"a", "", "$b", "+", "#"};
    const auto grow = [&](const auto& self, const std::string& text, int levels) -> void {
        for (const std::string& word : words) {
            const std::string longer = levels == 0 ? word : text + '/' + word;
            if (!longer.empty() && !mqtt::topic::is_valid_filter(longer)) continue;
            if (!longer.empty()) filters.push_back(longer);
            if (mqtt::topic::is_valid_name(longer)) topics.push_back(longer);
            if (levels < 2) self(self, longer, levels + 1);
        }
    };
    grow(grow, "", 0);
    ASSERT_GT(filters.size(), 90U);
    for (const std::string& topic : std::vector<std::string>(topics))
        topics.push_back(topic + "/a"); // one deeper than any filter
    for (const std::string& a : filters) {
        for (const std::string& b : filters) {
            bool common = false;
            for (const std::string& topic : topics) {
                common |= mqtt::topic::matches(a, topic) && mqtt::topic::matches(b, topic);
            }
            EXPECT_EQ(filters_overlap(a, b), common) << a << ' ' << b;
        }
    }
}

TEST(acl_rule, names_are_put_in_and_may_not_widen_the_rule) {
    std::string scratch;
    const auto filter = [&](const char* pattern, const char* user, const char* client) {
        const AclRule rule = AclRule::pattern(AclPermission::read, pattern);
        const auto found = rule.filter_for({user, client}, scratch);
        return found ? std::string(*found) : "none";
    };
    EXPECT_EQ(filter("dev/%c/+", "", "c1"), "dev/c1/+");
    EXPECT_EQ(filter("%u/%c/%u", "ann", "c1"), "ann/c1/ann");
    EXPECT_EQ(filter("x-%c/%%", "ann", "c1"), "x-c1/%%");
    EXPECT_EQ(filter("a/%u", "", "c1"), "none");
    EXPECT_EQ(filter("%c/#", "", "$SYS"), "none");
    EXPECT_EQ(filter("$app/%c", "", "c1"), "$app/c1");
    const AclRule plain(AclPermission::read, "a/%c");
    EXPECT_EQ(*plain.filter_for({"", "c1"}, scratch), "a/%c");
}

TEST(acl_rules, deny_counts_before_what_stands_above_it) {
    AclRules rules;
    rules.add({AclPermission::readwrite, "a/#"});
    rules.add({AclPermission::deny, "a/secret/#"});
    EXPECT_EQ(rules.ask({}, TopicAccess::read, "a/b"), Answer::allowed);
    EXPECT_EQ(rules.ask({}, TopicAccess::write, "a/secret/b"), Answer::denied);
    EXPECT_EQ(rules.ask({}, TopicAccess::read, "b"), Answer::silent);
}

TEST(acl_rules, subscribing_is_refused_when_nothing_could_be_delivered) {
    AclRules rules;
    rules.add({AclPermission::read, "a/+"});
    rules.add({AclPermission::write, "w/#"});
    rules.add({AclPermission::deny, "a/secret"});
    const auto subscribe = [&](const char* filter) {
        return rules.ask({}, TopicAccess::subscribe, filter);
    };
    EXPECT_EQ(subscribe("#"), Answer::allowed);
    EXPECT_EQ(subscribe("a/b"), Answer::allowed);
    EXPECT_EQ(subscribe("+/b"), Answer::allowed);
    EXPECT_EQ(subscribe("a/secret"), Answer::denied);
    EXPECT_EQ(subscribe("w/1"), Answer::silent);
    EXPECT_EQ(subscribe("a/b/c"), Answer::silent);
    EXPECT_EQ(subscribe("$SYS/#"), Answer::silent);
}

} // namespace
