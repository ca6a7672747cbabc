#include "common/crypto/password_hash.hpp"
#include "tests/unit/crypto/value_of.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using crypto::HashCost;
using crypto::HashMethod;
using crypto::Verdict;

constexpr HashCost cheap_argon2{.rounds = 1, .memory_kib = 64};
constexpr HashCost cheap_pbkdf2{.rounds = 1000};

std::string problem_of(std::string_view text) {
    const auto hash = crypto::parse_hash(text);
    return hash.has_error() ? hash.error().message : "none";
}

crypto::PasswordHash hashed(std::string_view password, HashMethod method, const HashCost& cost) {
    base::SystemEntropy entropy;
    return test::value_of(crypto::hash_password(password, method, cost, entropy));
}

TEST(password_hash, what_is_made_is_verified_and_read_back) {
    for (const auto method : {HashMethod::argon2id, HashMethod::pbkdf2_sha512}) {
        const HashCost cost = method == HashMethod::argon2id ? cheap_argon2 : cheap_pbkdf2;
        const auto hash = hashed("correct horse", method, cost);
        EXPECT_EQ(test::value_of(crypto::parse_hash(to_text(hash))), hash);
        EXPECT_EQ(hash.method, method);
        EXPECT_EQ(hash.cost, cost);
        EXPECT_EQ(verify(hash, "correct horse"), Verdict::right);
        EXPECT_EQ(verify(hash, "correct horse "), Verdict::wrong);
        EXPECT_EQ(verify(hash, ""), Verdict::wrong);
    }
}

TEST(password_hash, a_salt_makes_two_hashes_of_one_password_different) {
    const auto first = hashed("same", HashMethod::pbkdf2_sha512, cheap_pbkdf2);
    const auto second = hashed("same", HashMethod::pbkdf2_sha512, cheap_pbkdf2);
    EXPECT_NE(to_text(first), to_text(second));
}

TEST(password_hash, any_bytes_can_be_a_password) {
    using namespace std::string_literals;
    const std::string password = "\0\xFF:\n"s;
    for (const auto method : {HashMethod::argon2id, HashMethod::pbkdf2_sha512}) {
        const HashCost cost = method == HashMethod::argon2id ? cheap_argon2 : cheap_pbkdf2;
        const auto hash = hashed(password, method, cost);
        EXPECT_EQ(verify(hash, password), Verdict::right);
        EXPECT_EQ(verify(hash, "\0\xFF:"s), Verdict::wrong);
        EXPECT_EQ(verify(hashed("", method, cost), ""), Verdict::right);
    }
}

TEST(password_hash, the_usual_costs_are_46_mib_and_210000_iterations) {
    EXPECT_EQ(usual_cost(HashMethod::argon2id), (HashCost{.rounds = 1, .memory_kib = 47104}));
    EXPECT_EQ(usual_cost(HashMethod::pbkdf2_sha512), HashCost{.rounds = 210000});
}

TEST(password_hash, a_decoy_costs_the_same_and_no_password_opens_it) {
    const auto hash = hashed("secret", HashMethod::argon2id, cheap_argon2);
    base::SystemEntropy entropy;
    const auto decoy = decoy_like(hash, entropy);
    EXPECT_EQ(decoy.cost, hash.cost);
    EXPECT_EQ(decoy.salt.size(), hash.salt.size());
    EXPECT_EQ(decoy.digest.size(), hash.digest.size());
    EXPECT_EQ(test::value_of(crypto::parse_hash(to_text(decoy))), decoy);
    EXPECT_EQ(verify(decoy, "secret"), Verdict::wrong);
}

TEST(password_hash, wrong_texts_are_refused_with_a_reason) {
    const std::string salt = "AAECAwQFBgcICQoLDA0ODw";
    const std::string digest = "M5rjNxrjflHdXUlE4rA1Z6PeZae/8z6LdP131OCBE80";
    const auto argon2 = [&](const std::string& costs) {
        return "$argon2id$v=19$" + costs + "$" + salt + "$" + digest;
    };
    EXPECT_EQ(problem_of(argon2("m=64,t=1,p=2")), "none");
    EXPECT_EQ(problem_of(argon2("m=64,t=0,p=2")), "t= must be 1 to 64 (got \"0\")");
    EXPECT_EQ(problem_of(argon2("m=064,t=1,p=2")), "m= must be 8 to 1048576 (got \"064\")");
    EXPECT_EQ(
        problem_of(argon2("m=4294967295,t=1,p=2")), "m= must be 8 to 1048576 (got \"4294967295\")"
    );
    EXPECT_EQ(problem_of(argon2("m=8,t=1,p=2")), "m= must be at least 8 times p=");
    EXPECT_EQ(problem_of(argon2("t=1,m=64,p=2")), "the costs must be m=…,t=…,p=… (got \"t=1\")");
    EXPECT_EQ(problem_of(argon2("m=64,t=1,p=2,x=1")), "p= must be 1 to 16 (got \"2,x=1\")");
    EXPECT_EQ(
        problem_of("$argon2id$v=16$m=64,t=1,p=2$" + salt + "$" + digest),
        "the version of Argon2 must be v=19 (got \"v=16\")"
    );
    EXPECT_EQ(
        problem_of("$argon2id$v=19$m=64,t=1,p=2$" + salt + "$AAAA"),
        "the digest has a wrong size (3 bytes)"
    );
    EXPECT_EQ(
        problem_of("$argon2id$v=19$m=64,t=1,p=2$AAAA$" + digest),
        "the salt is not base64 without padding, of a valid size"
    );
    EXPECT_EQ(
        problem_of("$7$0$AAAA$AAAA"), "the number of iterations must be 1 to 10000000 (got \"0\")"
    );
    EXPECT_EQ(
        problem_of("$7$-1$AAAA$AAAA"), "the number of iterations must be 1 to 10000000 (got \"-1\")"
    );
    EXPECT_EQ(problem_of("$7$1$AAA$AAAA"), "the salt is not base64 of a valid size");
    EXPECT_EQ(problem_of("$7$1$AAAA$"), "the digest is not base64 of a valid size");
    EXPECT_EQ(problem_of("$6$AAAA$AAAA"), "the digest has a wrong size (3 bytes)");
    EXPECT_EQ(problem_of("$7$"), "the number of iterations must be 1 to 10000000 (got \"\")");
    EXPECT_EQ(problem_of("secret"), "it is not of the form $argon2id$…, $7$… or $6$…");
    EXPECT_FALSE(crypto::looks_hashed("secret"));
}

} // namespace
