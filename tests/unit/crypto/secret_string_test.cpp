#include "common/crypto/secret_string.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace {

using crypto::SecretString;

TEST(secret_string, wiping_reaches_what_is_behind_the_end_of_the_text) {
    std::string text = "the first half of a secret, and the second half of it";
    const char* const memory = text.data();
    const std::size_t size = text.size();
    text.resize(3); // the rest is still in memory
    crypto::wipe(text);
    EXPECT_TRUE(text.empty());
    ASSERT_EQ(text.data(), memory);
    EXPECT_EQ(std::count(memory + 4, memory + size, '\0'), static_cast<std::ptrdiff_t>(size - 4));
}

TEST(secret_string, a_short_text_is_wiped_where_it_came_from) {
    std::string text = "short";
    const SecretString secret(std::move(text));
    EXPECT_EQ(secret.view(), "short");
    EXPECT_TRUE(text.empty()); // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(std::string(text.data(), 5), std::string(5, '\0'));
}

TEST(secret_string, moves_leave_nothing_behind) {
    SecretString first(std::string_view("first"));
    SecretString second(std::move(first));
    EXPECT_EQ(second.view(), "first");
    EXPECT_TRUE(first.empty()); // NOLINT(bugprone-use-after-move)
    SecretString third(std::string_view("third"));
    third = std::move(second);
    EXPECT_EQ(third.view(), "first");
    EXPECT_TRUE(second.empty()); // NOLINT(bugprone-use-after-move)
}

} // namespace
