#include "common/cli/console.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

TEST(Console, a_line_says_which_tool_and_how_bad) {
    std::ostringstream err;
    cli::Console console("mqtt-pub", err);
    console.set_color(cli::ColorMode::never);
    console.error("no such thing", "try another");
    console.warning("careful");
    console.note("done");
    console.debug("not shown");
    console.set_debug(true);
    console.debug("sent CONNECT");
    EXPECT_EQ(
        err.str(),
        "mqtt-pub: error: no such thing\nhint: try another\nmqtt-pub: warning: careful\n"
        "mqtt-pub: done\nmqtt-pub: sent CONNECT\n"
    );
}

TEST(Console, quiet_leaves_warnings_and_notes_out) {
    std::ostringstream err;
    cli::Console console("t", err);
    console.set_color(cli::ColorMode::never);
    console.set_quiet(true);
    console.warning("w");
    console.note("n");
    console.error("e");
    EXPECT_EQ(err.str(), "t: error: e\n");
}

TEST(Console, colour_only_surrounds_what_the_text_says_anyway) {
    std::ostringstream err;
    cli::Console console("t", err);
    console.set_color(cli::ColorMode::always);
    console.error("e");
    const std::string text = err.str();
    EXPECT_NE(text.find("\x1b["), std::string::npos);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            i = text.find('m', i);
        } else {
            plain += text[i];
        }
    }
    EXPECT_EQ(plain, "t: error: e\n");
}

} // namespace
