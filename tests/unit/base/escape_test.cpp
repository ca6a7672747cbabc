#include "common/base/escape.hpp"

#include <gtest/gtest.h>

using namespace std::string_view_literals;

TEST(Escape, printable_text_stays_as_it_is) {
    EXPECT_EQ(base::escaped("sensor/1 grün"), "sensor/1 grün");
}

TEST(Escape, control_characters_and_backslashes_are_made_visible) {
    EXPECT_EQ(base::escaped("a\nb\x1b[0m\\\0"sv), "a\\x0ab\\x1b[0m\\\\\\x00");
}

TEST(Escape, invalid_utf8_and_bidirectional_controls_become_hexadecimal) {
    EXPECT_EQ(
        base::escaped("\xff"
                      "a"),
        "\\xffa"
    );
    EXPECT_EQ(
        base::escaped("\xe2\x80\xae"
                      "evil"),
        "\\xe2\\x80\\xaeevil"
    );
}

TEST(Escape, long_text_is_cut_and_marked) {
    EXPECT_EQ(base::escaped("abcdef", 3), "abc…");
}
