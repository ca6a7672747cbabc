#include "common/cli/error.hpp"
#include "tests/unit/handlers/messages.hpp"
#include "tools/mqtt-sub/handlers/choose_rules.hpp"
#include "tools/mqtt-sub/handlers/rules_file.hpp"

#include <gtest/gtest.h>

namespace mqtt_sub {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view example = R"(
# what the kitchen says
match best

[temperature]
filter home/+/temperature
filter $share/g/garden/temperature
exec store --room %t
retries 5
backoff 1s..10s
dlq dlq/%t
jobs 2
order topic

[kitchen]
filter home/kitchen/#
content-type application/json
shell
exec cat >> kitchen.log
exec-timeout 30s
)";

TEST(RulesFile, has_a_section_for_each_rule) {
    const RulesFile file = parse_rules(example, "rules");
    EXPECT_EQ(file.match, Match::best);
    ASSERT_EQ(file.rules.size(), 2U);
    const Rule& first = file.rules[0];
    EXPECT_EQ(first.name, "temperature");
    EXPECT_EQ(first.filters.size(), 2U);
    EXPECT_EQ(first.retries, 5U);
    EXPECT_TRUE(first.dead_letter_topic.has_value());
    EXPECT_EQ(first.limits.jobs, 2U);
    EXPECT_EQ(first.limits.order, Order::topic);
    EXPECT_EQ(first.command.program(), "store");
    EXPECT_EQ(file.rules[1].command.program(), "/bin/sh");
    EXPECT_EQ(file.rules[1].timeout, 30s);
    EXPECT_EQ(file.rules[1].content_type, "application/json");
}

std::string error_of(std::string_view text) {
    try {
        (void)parse_rules(text, "rules");
    } catch (const cli::UsageError& error) {
        return std::string(error.what()) + (error.hint().empty() ? "" : " | " + error.hint());
    }
    return "none";
}

TEST(RulesFile, an_error_says_where_it_is) {
    EXPECT_EQ(error_of(""), "rules has no rule | [name], and below it filter and exec");
    EXPECT_EQ(error_of("filter a"), "rules:1: \"filter\" stands before the first rule | [name]");
    EXPECT_EQ(
        error_of("[a]\nfilter a\nexce b"), "rules:3: unknown option \"exce\" | did you mean exec"
    );
    EXPECT_EQ(
        error_of("[a]\nfilter a/#/b\nexec x"),
        "rules:2: filter is no topic filter (got \"a/#/b\") | + stands for a whole level, # for "
        "the rest at the end: home/+/temperature, home/#"
    );
    EXPECT_EQ(
        error_of("[a]\nexec b"), "rules: rule \"a\" has no filter | filter home/+/temperature"
    );
    EXPECT_EQ(
        error_of("[a]\nfilter b"), "rules: rule \"a\" has no command | exec PROGRAM ARGUMENT..."
    );
    EXPECT_EQ(error_of("[a]\nfilter b\nexec c\n[a]"), "rules:4: there is a rule \"a\" already");
    EXPECT_EQ(error_of("[a]\nretries\n"), "rules:2: retries needs a value | N");
    EXPECT_EQ(error_of("[a]\nreply yes\n"), "rules:2: reply takes no value");
    EXPECT_EQ(error_of("[\n"), "rules:1: a rule begins with its name in brackets | [name]");
    EXPECT_EQ(
        error_of("[a]\nfilter b\nexec c\nretries 3"),
        "rules:3: exec: retries needs a place for the messages that are given up | dlq TOPIC or "
        "dlq-file FILE; without retries a handler is tried until it succeeds"
    );
}

std::vector<Rule> rules_for(std::initializer_list<std::vector<std::string>> all) {
    std::vector<Rule> rules;
    for (const auto& filters : all) {
        Rule rule;
        rule.filters = filters;
        rules.push_back(rule);
    }
    return rules;
}

using Chosen = std::vector<std::size_t>;

Chosen positions(const std::vector<ChosenRule>& rules) {
    Chosen all;
    for (const ChosenRule& rule : rules)
        all.push_back(rule.position);
    return all;
}

Chosen chosen_of(const std::vector<Rule>& rules, const mqtt::Publish& packet, Match match) {
    return positions(choose_rules(rules, packet, match));
}

TEST(ChooseRules, all_that_match_are_chosen_in_their_order) {
    const auto rules = rules_for({{"a/#"}, {"b"}, {"x", "a/+"}, {"$share/g/a/b"}});
    EXPECT_EQ(chosen_of(rules, held("a/b", "").packet(), Match::all), (Chosen{0, 2, 3}));
    EXPECT_EQ(chosen_of(rules, held("c", "").packet(), Match::all), Chosen{});
}

TEST(ChooseRules, the_best_has_the_narrowest_filter) {
    const auto rules = rules_for({{"#"}, {"a/#"}, {"a/+"}, {"a/b", "a/#"}});
    EXPECT_EQ(chosen_of(rules, held("a/b", "").packet(), Match::best), Chosen{3});
    EXPECT_EQ(chosen_of(rules, held("a/c", "").packet(), Match::best), Chosen{2});
    EXPECT_EQ(chosen_of(rules, held("a/c/d", "").packet(), Match::best), Chosen{1});
    EXPECT_EQ(chosen_of(rules, held("b", "").packet(), Match::best), Chosen{0});
}

TEST(ChooseRules, of_filters_that_cannot_be_compared_the_first_is_best) {
    const auto rules = rules_for({{"+/b"}, {"a/+"}});
    EXPECT_EQ(chosen_of(rules, held("a/b", "").packet(), Match::best), Chosen{0});
}

TEST(ChooseRules, of_several_copies_each_rule_gets_the_one_of_its_narrowest_filter) {
    const auto rules = rules_for({{"a/#", "a/b"}, {"+/b"}, {"$share/g/a/b"}});
    const HeldMessage message = held("a/b", "");
    const auto of = [&](const std::vector<std::string_view>& filters) {
        auto chosen = choose_rules(rules, message.packet(), Match::all);
        keep_rules_of(chosen, filters);
        return positions(chosen);
    };
    EXPECT_EQ(of({"a/#"}), Chosen{});
    EXPECT_EQ(of({"a/b"}), Chosen{0});
    EXPECT_EQ(of({"+/b"}), Chosen{1});
    EXPECT_EQ(of({"$share/g/a/b"}), Chosen{2});
    EXPECT_EQ(of({"a/#", "a/b", "+/b"}), (Chosen{0, 1}));
}

TEST(ChooseRules, a_content_type_has_to_be_the_same) {
    auto rules = rules_for({{"a"}});
    rules[0].content_type = "application/json";
    EXPECT_EQ(chosen_of(rules, held("a", "").packet(), Match::all), Chosen{});
    mqtt::PropertyBuilder json;
    json.text(mqtt::PropertyId::content_type, "application/json");
    EXPECT_EQ(chosen_of(rules, held("a", "", json).packet(), Match::all), Chosen{0});
}

} // namespace
} // namespace mqtt_sub
