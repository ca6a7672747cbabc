#include "common/base/utf8.hpp"

#include <gtest/gtest.h>

TEST(Utf8, well_formed_text_of_all_lengths_is_valid) {
    EXPECT_TRUE(base::is_valid_utf8(""));
    EXPECT_TRUE(base::is_valid_utf8("plain ascii longer than eight bytes"));
    EXPECT_TRUE(base::is_valid_utf8("12345678ä€😀"));
}

TEST(Utf8, overlong_forms_surrogates_and_cut_sequences_are_invalid) {
    EXPECT_FALSE(base::is_valid_utf8("\xc0\x80"));
    EXPECT_FALSE(base::is_valid_utf8("\xe0\x80\x80"));
    EXPECT_FALSE(base::is_valid_utf8("\xed\xa0\x80"));
    EXPECT_FALSE(base::is_valid_utf8("\xf4\x90\x80\x80"));
    EXPECT_FALSE(base::is_valid_utf8("12345678\xe2\x82"));
    EXPECT_FALSE(base::is_valid_utf8("\x80"));
}
