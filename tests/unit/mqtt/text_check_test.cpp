#include "common/mqtt/codec/text_check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace mqtt::codec;

constexpr std::size_t longest = 20; // two words and a rest

// The check looks at eight bytes at a time: every byte has to be seen at every place.
TEST(TextCheck, plain_is_u0001_to_u007f_at_every_place) {
    for (std::size_t size = 1; size <= longest; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            std::string text(size, 'a');
            for (unsigned byte = 0; byte < 256; ++byte) {
                text[place] = static_cast<char>(byte);
                EXPECT_EQ(is_plain(text), byte >= 1 && byte <= 0x7F)
                    << byte << " at " << place << " of " << size;
            }
        }
    }
}

TEST(TextCheck, plain_topic_has_no_plus_and_hash_at_any_place) {
    for (std::size_t size = 1; size <= longest; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            std::string text(size, '/');
            for (unsigned byte = 0; byte < 256; ++byte) {
                text[place] = static_cast<char>(byte);
                const bool plain = byte >= 1 && byte <= 0x7F && byte != '+' && byte != '#';
                EXPECT_EQ(is_plain_topic(text), plain) << byte << " at " << place << " of " << size;
            }
        }
    }
}

// A byte that is one below or above a suspicious one must not borrow from its neighbour.
TEST(TextCheck, neighbours_do_not_influence_each_other) {
    for (unsigned first = 1; first <= 0x7F; ++first) {
        for (unsigned second = 1; second <= 0x7F; ++second) {
            std::string text = "abcdef";
            text += static_cast<char>(first);
            text += static_cast<char>(second);
            EXPECT_TRUE(is_plain(text));
            EXPECT_EQ(is_plain_topic(text), !has_wildcard_character(text))
                << first << ' ' << second;
        }
    }
}

TEST(TextCheck, empty_text_is_plain) {
    EXPECT_TRUE(is_plain(""));
    EXPECT_TRUE(is_plain_topic(""));
    EXPECT_FALSE(has_wildcard_character(""));
}

} // namespace
