#include "tests/unit/config/config_text.hpp"
#include "tools/mqttd/config/option_table.hpp"
#include "tools/mqttd/config/value.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace mqttd {

namespace {

std::string line_of(const Option& option, std::string_view value) {
    return std::string(option.name) + ' ' + std::string(value);
}

/// Values that the row says are good, as written in a file.
std::vector<std::string> good_values(const Option& option) {
    switch (option.type) {
    case ValueType::flag:
        return {"true", "false", "1", "0"};
    case ValueType::integer: {
        std::vector<std::string> values{
            std::to_string(option.minimum), std::to_string(option.minimum + 1)};
        if (option.maximum != no_maximum) values.push_back(std::to_string(option.maximum));
        if (!option.zero_word.empty()) values.emplace_back(option.zero_word);
        return values;
    }
    case ValueType::duration:
        return {"1s", "1h", "30d", "100y"};
    case ValueType::choice:
        return {std::string(option.choices.substr(0, option.choices.find('|')))};
    case ValueType::text:
        return {
            "x",
            std::string(
                static_cast<std::size_t>(std::min<std::int64_t>(option.maximum, 65535)), 'x'
            )};
    case ValueType::custom:
        break;
    }
    return {};
}

std::vector<std::string> bad_values(const Option& option) {
    std::vector<std::string> values{""};
    switch (option.type) {
    case ValueType::flag:
        values.insert(values.end(), {"2", "yes", "tru", "-1", "true false"});
        break;
    case ValueType::integer:
        values.insert(values.end(), {"x", "1x", "1.5", "9999999999999999999999", "0x", "- 1"});
        values.push_back(std::to_string(option.minimum - 1));
        if (option.maximum != no_maximum) values.push_back(std::to_string(option.maximum + 1));
        break;
    case ValueType::duration:
        values.insert(values.end(), {"1", "s", "0s", "1x", "1.5h", "-1h"});
        break;
    case ValueType::choice:
        values.insert(values.end(), {"nothing", std::string(option.choices)});
        break;
    case ValueType::text:
        values.insert(values.end(), {"\xff", "a\x01"});
        if (option.maximum < 65535)
            values.emplace_back(static_cast<std::size_t>(option.maximum) + 1, 'x');
        break;
    case ValueType::custom:
        values.insert(values.end(), {"\x01", "?? ??"});
        break;
    }
    return values;
}

std::string shown(const Option& option, const BrokerConfig& config) {
    if (option.global.show != nullptr) return option.global.show(config);
    return option.listener.show(config.listeners.at(0));
}

bool has_member(const Option& option) {
    return option.global.show != nullptr || option.listener.show != nullptr;
}

} // namespace

TEST(OptionTable, every_row_accepts_its_good_values) {
    for (const Option& option : option_table()) {
        for (const std::string& value : good_values(option)) {
            EXPECT_EQ(errors_of(line_of(option, value)), "") << line_of(option, value);
        }
    }
}

TEST(OptionTable, every_row_refuses_bad_values_with_its_name_and_the_line) {
    for (const Option& option : option_table()) {
        if (!option.built() || option.name == "include_dir") continue;
        for (const std::string& value : bad_values(option)) {
            const std::string expected = "mqttd: error: test.conf:2: " + std::string(option.name);
            EXPECT_TRUE(errors_of('\n' + line_of(option, value)).starts_with(expected))
                << line_of(option, value) << '\n'
                << errors_of('\n' + line_of(option, value));
        }
    }
}

TEST(OptionTable, every_value_reaches_its_member) {
    for (const Option& option : option_table()) {
        if (!has_member(option) || option.type == ValueType::custom) continue;
        for (const std::string& value : good_values(option)) {
            const auto result = parse(line_of(option, value));
            ASSERT_TRUE(result) << to_text(result.errors);
            const auto parsed = parse_value(option, value);
            std::string expected = parsed->text;
            if (option.type == ValueType::flag)
                expected = parsed->number != 0 ? "true" : "false";
            else if (option.type != ValueType::text)
                expected = std::to_string(parsed->number);
            EXPECT_EQ(shown(option, *result), expected) << line_of(option, value);
        }
    }
}

TEST(OptionTable, defaults_of_the_rows_are_the_defaults_of_the_structure) {
    const BrokerConfig defaults = default_config();
    for (const Option& option : option_table()) {
        if (!has_member(option) || option.name == "allow_anonymous") continue;
        const std::string expected =
            option.default_text.empty() ? "not set" : std::string(option.default_text);
        EXPECT_EQ(display(option, shown(option, defaults)), expected) << option.name;
    }
}

TEST(OptionTable, a_default_written_out_changes_nothing) {
    for (const Option& option : option_table()) {
        const bool one_value = option.type != ValueType::custom &&
                               option.name != "allow_anonymous" && option.name != "port";
        if (!one_value || option.default_text.empty()) continue;
        const auto result = parse(line_of(option, option.default_text));
        ASSERT_TRUE(result) << to_text(result.errors);
        if (!has_member(option)) continue;
        EXPECT_EQ(shown(option, *result), shown(option, default_config())) << option.name;
    }
}

TEST(OptionTable, copy_moves_the_value_between_configurations) {
    for (const Option& option : option_table()) {
        if (!has_member(option) || option.type == ValueType::custom) continue;
        for (const std::string& value : good_values(option)) {
            const BrokerConfig from = *parse(line_of(option, value));
            BrokerConfig to = default_config();
            if (option.global.copy != nullptr) option.global.copy(to, from);
            if (option.listener.copy != nullptr)
                option.listener.copy(to.listeners.at(0), from.listeners.at(0));
            EXPECT_EQ(shown(option, to), shown(option, from)) << line_of(option, value);
        }
    }
}

TEST(OptionTable, every_built_row_has_help_and_something_that_it_does) {
    for (const Option& option : option_table()) {
        if (!option.built()) continue;
        EXPECT_TRUE(option.help.ends_with('.')) << option.name;
        const bool assigns = option.scope == Scope::listener ? option.listener.assign != nullptr
                                                             : option.global.assign != nullptr;
        EXPECT_TRUE(assigns || option.handle != nullptr) << option.name;
        EXPECT_EQ(option.type == ValueType::custom, !option.syntax.empty()) << option.name;
        EXPECT_EQ(option.type == ValueType::choice, !option.choices.empty()) << option.name;
        const bool all_three =
            (option.global.assign == nullptr) == (option.global.copy == nullptr) &&
            (option.global.show == nullptr) == (option.global.copy == nullptr);
        EXPECT_TRUE(all_three) << option.name;
    }
}

TEST(OptionTable, names_and_aliases_are_unique) {
    std::set<std::string_view> names;
    for (const Option& option : option_table()) {
        EXPECT_TRUE(names.insert(option.name).second) << option.name;
        EXPECT_EQ(find_option(option.name), &option) << option.name;
        if (option.alias.empty()) continue;
        EXPECT_TRUE(names.insert(option.alias).second) << option.alias;
        EXPECT_EQ(find_option(option.alias), &option) << option.alias;
    }
}

TEST(OptionTable, an_alias_sets_the_same_member) {
    EXPECT_EQ(parse("maximum_qos 1")->listeners.at(0).max_qos, 1);
    EXPECT_EQ(parse("websockets_headers_size 1000")->packet_buffer_size, 1000U);
}

} // namespace mqttd
