#include "common/cli/error.hpp"
#include "tools/mqtt-certgen/client_list.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using mqtt_certgen::ClientLine;
using mqtt_certgen::parse_client_list;

std::string error_of(const std::string& text) {
    try {
        static_cast<void>(parse_client_list(text, "f"));
    } catch (const cli::ToolError& error) {
        return error.what();
    }
    return "none";
}

TEST(client_list, names_and_days_are_read_as_csv_has_them) {
    const auto lines = parse_client_list(
        "\xEF\xBB\xBFname,days\r\n# c\r\n\r\na\r\nb,30\n\"c, d\",\n\"e \"\"f\"\"\",1", "f"
    );
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0].name, "a");
    EXPECT_FALSE(lines[0].days.has_value());
    EXPECT_EQ(lines[0].place, "f:4");
    EXPECT_EQ(lines[1].days, std::chrono::days(30));
    EXPECT_EQ(lines[2].name, "c, d");
    EXPECT_FALSE(lines[2].days.has_value());
    EXPECT_EQ(lines[3].name, "e \"f\"");
}

TEST(client_list, a_heading_is_one_only_in_the_first_line) {
    EXPECT_EQ(parse_client_list("name\na\n", "f").size(), 1U);
    EXPECT_EQ(parse_client_list("a\nname\n", "f").size(), 2U);
}

TEST(client_list, mistakes_are_said_with_their_line) {
    EXPECT_EQ(error_of("a\nb,x"), "f:2: days must be a whole number from 1 to 36500 (got \"x\")");
    EXPECT_EQ(error_of("b,0"), "f:1: days must be a whole number from 1 to 36500 (got \"0\")");
    EXPECT_EQ(error_of("a,1,2"), "f:1: there are 3 fields");
    for (const char* text : {"\"a", "\"a\"b", "a\"b", "\"a\" ,1"})
        EXPECT_EQ(error_of(text), "f:1: a quote is wrong") << text;
    EXPECT_EQ(error_of(",3"), "f:1: the client \"\" cannot be in a certificate: it is empty");
    EXPECT_EQ(error_of(std::string("a\0b", 3)).substr(0, 15), "f:1: the client");
}

} // namespace
