#include "common/cli/options/help.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace {

const cli::ToolText text{
    .name = "mqtt-test",
    .synopsis = "-t TOPIC [option...]",
    .purpose = "Tests MQTT",
    .notes = "A note.\n",
    .examples = "  mqtt-test -t a\n"};

cli::OptionTable table() {
    return {
        {"First",
         {{.letter = 't',
           .name = "topic",
           .value = "TOPIC",
           .help = "where to",
           .preset = "home",
           .shown = cli::Shown::in_help},
          {.name = "rare",
           .help = "a rather long sentence that does not fit on the line it begins on at all"}}},
        {"Second", {{.name = "cafile", .value = "FILE", .help = "trust", .needs = "TLS"}}}};
}

TEST(Help, the_short_text_has_the_options_that_matter_and_an_example) {
    EXPECT_EQ(
        cli::short_help(text, table()),
        "Usage: mqtt-test -t TOPIC [option...]\n"
        "Tests MQTT.\n\n"
        "  -t, --topic TOPIC  where to [home]\n"
        "\nExamples:\n"
        "  mqtt-test -t a\n"
    );
}

TEST(Help, the_long_text_has_everything) {
    const std::string help = cli::full_help(text, table());
    for (const char* part :
         {"First\n",
          "--rare",
          "Second\n",
          "trust (not built yet)",
          "A note.\n",
          "Exit codes\n",
          "27 ",
          "128+N"})
        EXPECT_NE(help.find(part), std::string::npos) << part;
    EXPECT_TRUE(help.ends_with("Examples\n  mqtt-test -t a\n"));
}

TEST(Help, no_line_is_wider_than_a_terminal) {
    std::string help = cli::full_help(text, table());
    while (!help.empty()) {
        const std::size_t end = help.find('\n');
        EXPECT_LT(end, 80U) << help.substr(0, end);
        help.erase(0, end + 1);
    }
}

} // namespace
