#include "tools/mqtt-bench/plan/scenario_file.hpp"

#include <gtest/gtest.h>

namespace bench {
namespace {

std::string error_of(std::string_view text) {
    try {
        static_cast<void>(parse_scenario(text, "plant.txt"));
    } catch (const ScenarioError& error) {
        return error.what();
    }
    return "no error";
}

TEST(ScenarioFile, groups_with_all_their_settings) {
    const auto groups = parse_scenario(
        "# a plant\n"
        "[sensors]\r\n"
        "publishers = 100\n"
        "  topic=plant/{i}/t\n"
        "rate = 12.5\n"
        "qos = 1\n"
        "payload = 64..256\n"
        "retain = true\n"
        "window = 7\n"
        "messages = 1000\n"
        "\n"
        "[dashboards]\n"
        "subscribers = 5\n"
        "filter = plant/+/t\n"
        "filters = 2",
        "plant.txt"
    );
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0].name, "sensors");
    EXPECT_EQ(groups[0].publishers, 100U);
    EXPECT_EQ(groups[0].topic.topic(3), "plant/3/t");
    EXPECT_DOUBLE_EQ(groups[0].rate, 12.5);
    EXPECT_EQ(groups[0].qos, mqtt::Qos::at_least_once);
    EXPECT_EQ(groups[0].payload.greatest(), 256U);
    EXPECT_TRUE(groups[0].retain);
    EXPECT_EQ(groups[0].window, 7U);
    EXPECT_EQ(groups[0].messages, 1000U);
    EXPECT_EQ(groups[1].subscribers, 5U);
    EXPECT_EQ(groups[1].filter.text(), "plant/+/t");
    EXPECT_EQ(groups[1].filters_each, 2U);
}

TEST(ScenarioFile, mistakes_are_told_with_their_line) {
    EXPECT_EQ(error_of(""), "plant.txt: no group");
    EXPECT_EQ(error_of("qos = 1\n"), "plant.txt:1: a setting before the first group");
    EXPECT_EQ(error_of("[a]\nqso = 1\n"), "plant.txt:2: no such setting (got \"qso\")");
    EXPECT_EQ(error_of("[a]\nqos\n"), "plant.txt:2: no such setting (got \"qos\")");
    EXPECT_EQ(
        error_of("[a]\nqos = 3\n"), "plant.txt:2: qos must be a number from 0 to 2 (got \"3\")"
    );
    EXPECT_EQ(
        error_of("[a]\nrate = 0\n"),
        "plant.txt:2: rate must be a number a second above 0 (got \"0\")"
    );
    EXPECT_EQ(
        error_of("[a]\nretain = yes\n"), "plant.txt:2: retain must be true or false (got \"yes\")"
    );
    EXPECT_EQ(error_of("[a\n"), "plant.txt:1: not the name of a group (got \"[a\")");
    EXPECT_EQ(
        error_of("[a]\nsubscribers=1\nfilter=x\n[a]\n"), "plant.txt:4: a second group is called a"
    );
    EXPECT_NE(
        error_of("[a]\ntopic = {x}\n").find("plant.txt:2: topic is wrong"), std::string::npos
    );
}

TEST(ScenarioFile, groups_must_make_sense) {
    EXPECT_EQ(error_of("[a]\n[b]\n"), "plant.txt: group a has no clients");
    EXPECT_EQ(error_of("[a]\npublishers=1\n"), "plant.txt: group a publishes without a topic");
    EXPECT_EQ(error_of("[a]\nsubscribers=1\n"), "plant.txt: group a subscribes without a filter");
}

} // namespace
} // namespace bench
