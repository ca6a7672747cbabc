#include "common/cli/options/take_words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using Words = std::vector<std::string>;

cli::OptionTable table() {
    return {
        {"Test",
         {{.letter = 'b', .name = "batch"},
          {.letter = 'H', .name = "hash", .value = "METHOD"},
          {.name = "reload", .value = "FILE"}}}};
}

void expect(Words arguments, const Words& words, const Words& left) {
    EXPECT_EQ(cli::take_words(table(), arguments), words);
    EXPECT_EQ(arguments, left);
}

TEST(take_words, words_stand_between_options_and_their_values) {
    expect(
        {"-b", "users", "-H", "argon2id", "alice"}, {"users", "alice"}, {"-b", "-H", "argon2id"}
    );
    expect({"--reload", "pid", "users"}, {"users"}, {"--reload", "pid"});
    expect({"--reload=pid", "users"}, {"users"}, {"--reload=pid"});
    expect({"-bH", "argon2id", "users"}, {"users"}, {"-bH", "argon2id"});
    expect({"-Hargon2id", "users"}, {"users"}, {"-Hargon2id"});
}

TEST(take_words, a_dash_alone_and_what_follows_two_dashes_are_words) {
    expect({"-b", "-", "alice"}, {"-", "alice"}, {"-b"});
    expect({"users", "--", "-b", "--hash"}, {"users", "-b", "--hash"}, {});
    expect({"", "users"}, {"", "users"}, {});
}

TEST(take_words, what_is_no_option_is_left_for_the_parser_to_refuse) {
    expect({"--wrong", "users"}, {"users"}, {"--wrong"});
    expect({"users", "-H"}, {"users"}, {"-H"});
}

} // namespace
