// Hashes that other programs have made: mosquitto_passwd of mosquitto 2.0.11, and the reference
// implementation of Argon2 with the sizes that mosquitto 2.1 uses. With Debian's mosquitto_passwd
// on the machine, fresh ones as well.
#include "common/crypto/password_file.hpp"
#include "common/crypto/secret_file.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/crypto/value_of.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace {

using crypto::Verdict;

Verdict verified(std::string_view text, std::string_view password) {
    return verify(test::value_of(crypto::parse_hash(text)), password);
}

TEST(mosquitto_files, pbkdf2_lines_are_verified) {
    const std::string_view line =
        "$7$101$xnaxgSUCiG3kmz9M$6AeMlD+tnAynh9Z8eIK0pz/UsNVyjYt5GxgOaITJO0CGqvxRpZ0SSCi3Gsv4gANqvR"
        "SLvtJv0/LA2DeZGu+rxg==";
    EXPECT_EQ(verified(line, "secret"), Verdict::right);
    EXPECT_EQ(verified(line, "Secret"), Verdict::wrong);
}

TEST(mosquitto_files, sha512_lines_of_old_files_are_verified) {
    const std::string_view line =
        "$6$NFytMP5oTRtv6L0K$TxDPd362QjFwHt3FY9TCDks3wHZdXDFueEhWA/HxPdF1j/Ou8sVe2IFTm3xiucF72aiM7I"
        "CKDGVabGsLcOBZBA==";
    EXPECT_EQ(verified(line, "pass:word ü"), Verdict::right);
    EXPECT_EQ(verified(line, "pass"), Verdict::wrong);
    EXPECT_EQ(to_text(test::value_of(crypto::parse_hash(line))), line);
}

TEST(mosquitto_files, argon2id_lines_with_long_salts_and_several_lanes_are_verified) {
    const std::string_view long_salt =
        "$argon2id$v=19$m=8192,t=1,p=1$"
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissL"
        "S4vMDEyMzQ1Njc4OTo7PD0+Pw$yn0Fh6lgDViYXl1ZXZSrxFt/"
        "g26yH6voYKbW4mubrdzmChkHEDoHB8LRsMbueqh2U"
        "wj8f7769Q88iCMX97YEow";
    const std::string_view two_lanes = "$argon2id$v=19$m=64,t=1,p=2$AAECAwQFBgcICQoLDA0ODw$"
                                       "M5rjNxrjflHdXUlE4rA1Z6PeZae/8z6LdP131OCBE80";
    for (const auto line : {long_salt, two_lanes}) {
        EXPECT_EQ(verified(line, "secret"), Verdict::right);
        EXPECT_EQ(verified(line, "secret2"), Verdict::wrong);
        EXPECT_EQ(to_text(test::value_of(crypto::parse_hash(line))), line);
    }
}

TEST(mosquitto_files, a_fresh_file_of_mosquitto_passwd_is_read) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path("users");
    const std::string quiet = " > /dev/null 2>&1";
    ASSERT_EQ(std::system(("mosquitto_passwd -c -b " + path + " alice wonder" + quiet).c_str()), 0);
    ASSERT_EQ(
        std::system(("mosquitto_passwd -H sha512 -b " + path + " bob 'two words'" + quiet).c_str()),
        0
    );
    const crypto::PasswordFile file(test::value_of(crypto::read_secret_file(path)));
    EXPECT_TRUE(file.problems().empty());
    ASSERT_NE(file.find("alice"), nullptr);
    ASSERT_NE(file.find("bob"), nullptr);
    EXPECT_EQ(verified(file.find("alice")->secret, "wonder"), Verdict::right);
    EXPECT_EQ(verified(file.find("bob")->secret, "two words"), Verdict::right);
    EXPECT_EQ(verified(file.find("bob")->secret, "wonder"), Verdict::wrong);
}

} // namespace
