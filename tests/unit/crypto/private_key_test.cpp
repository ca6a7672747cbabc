#include "common/crypto/private_key.hpp"
#include "tests/unit/crypto/value_of.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using crypto::KeyKind;
using crypto::PrivateKey;
using test::value_of;

TEST(private_key, is_read_back_from_pem_and_der) {
    const PrivateKey key = value_of(PrivateKey::generate(KeyKind::ec_p256));
    EXPECT_TRUE(crypto::has_private_key(key.to_pem().view()));
    EXPECT_FALSE(crypto::has_encrypted_key(key.to_pem().view()));
    EXPECT_EQ(value_of(PrivateKey::parse(key.to_pem().view())).public_key(), key.public_key());
    EXPECT_EQ(value_of(PrivateKey::parse(key.to_der().view())).public_key(), key.public_key());
    EXPECT_FALSE(value_of(PrivateKey::generate(KeyKind::ec_p256)).public_key() == key.public_key());
}

TEST(private_key, an_encrypted_one_needs_its_pass_phrase) {
    const PrivateKey key = value_of(PrivateKey::generate(KeyKind::ec_p256));
    const std::string text = value_of(key.to_encrypted_pem("correct horse"));
    EXPECT_TRUE(crypto::has_encrypted_key(text));
    EXPECT_EQ(value_of(PrivateKey::parse(text, "correct horse")).public_key(), key.public_key());
    EXPECT_EQ(
        PrivateKey::parse(text).error().message, "the key is encrypted and needs its pass phrase"
    );
    EXPECT_EQ(
        PrivateKey::parse(text, "wrong").error().message,
        "the pass phrase is wrong, or the key is damaged"
    );
}

TEST(private_key, what_is_none_is_an_error_in_words) {
    EXPECT_EQ(PrivateKey::parse("").error().message, "there is no private key in it");
    EXPECT_EQ(PrivateKey::parse("hello").error().message, "there is no private key in it");
    const PrivateKey key = value_of(PrivateKey::generate(KeyKind::ec_p256));
    const std::string cut(key.to_pem().view().substr(0, 60));
    EXPECT_TRUE(PrivateKey::parse(cut).error().message.starts_with("the private key is damaged"));
}

} // namespace
