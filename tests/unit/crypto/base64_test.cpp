#include "common/base/bytes.hpp"
#include "common/crypto/base64.hpp"
#include "common/crypto/constant_time.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using crypto::from_base64;
using crypto::Padding;
using crypto::to_base64;

std::string decoded(std::string_view text, Padding padding) {
    const auto bytes = from_base64(text, padding);
    return bytes ? std::string(base::as_text(*bytes)) : "refused";
}

TEST(base64, the_examples_of_rfc_4648_go_both_ways) {
    const std::pair<const char*, const char*> examples[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [plain, text] : examples) {
        EXPECT_EQ(to_base64(base::as_bytes(plain), Padding::with), text);
        EXPECT_EQ(decoded(text, Padding::with), plain);
    }
    EXPECT_EQ(to_base64(base::as_bytes("f"), Padding::without), "Zg");
    EXPECT_EQ(decoded("Zg", Padding::without), "f");
}

TEST(base64, what_would_not_encode_to_the_same_text_is_refused) {
    for (const char* text :
         {"Zg", "Zg=", "Zg===", "Zh==", "Zm9v\n", " Zm9v", "Zm9-", "Z", "=", "Zm=v", "Zm\xFEv"})
        EXPECT_EQ(decoded(text, Padding::with), "refused") << text;
    for (const char* text : {"Zg==", "Zh", "Z", "Zm8="})
        EXPECT_EQ(decoded(text, Padding::without), "refused") << text;
}

TEST(constant_time, only_equal_bytes_of_equal_size_are_equal) {
    const auto equal = [](std::string_view a, std::string_view b) {
        return crypto::equal_in_constant_time(base::as_bytes(a), base::as_bytes(b));
    };
    EXPECT_TRUE(equal("", ""));
    EXPECT_TRUE(equal("secret", "secret"));
    EXPECT_FALSE(equal("secret", "secreT"));
    EXPECT_FALSE(equal("Secret", "secret"));
    EXPECT_FALSE(equal("secret", "secret1"));
    EXPECT_FALSE(equal("", "s"));
}

} // namespace
