#include "common/crypto/certificate.hpp"
#include "common/crypto/certificate_request.hpp"
#include "common/crypto/issue_certificate.hpp"
#include "common/crypto/pkcs12.hpp"
#include "common/crypto/revocation_list.hpp"
#include "common/crypto/verify_certificate.hpp"
#include "tests/unit/crypto/value_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using crypto::AlternativeName;
using crypto::Certificate;
using crypto::CertificatePlan;
using crypto::CertificateTime;
using crypto::CertificateUse;
using crypto::KeyKind;
using crypto::NameKind;
using crypto::PrivateKey;
using crypto::Verification;
using crypto::VerifyFor;
using test::value_of;

constexpr CertificateTime now{std::chrono::seconds(1'800'000'000)};
constexpr std::chrono::days year{365};

const AlternativeName broker_name{NameKind::dns, "broker.local"};
const AlternativeName broker_address{NameKind::address, "10.0.0.1"};

/// An authority and what it signs.
class CertificateTest : public testing::Test {
protected:
    CertificatePlan plan(const std::string& name, CertificateUse use) {
        return {
            .subject = {{"CN", name}},
            .names = {},
            .use = use,
            .not_before = now,
            .not_after = now + year,
            .serial = crypto::random_serial(entropy_)};
    }

    Certificate leaf(const CertificatePlan& plan) {
        return value_of(issue_certificate(plan, leaf_key_.public_key(), authority_, key_));
    }

    Certificate server() {
        CertificatePlan wanted = plan("broker.local", CertificateUse::server);
        wanted.names = {broker_name, broker_address};
        return leaf(wanted);
    }

    [[nodiscard]] Verification rules() const {
        Verification rules;
        rules.trusted = {authority_};
        rules.now = now + std::chrono::days(1);
        return rules;
    }

    static std::vector<std::string>
    problems(const Certificate& certificate, const Verification& rules) {
        std::vector<std::string> messages;
        for (const crypto::CryptoProblem& each : verify_certificate(certificate, rules))
            messages.push_back(each.message);
        return messages;
    }

    base::FixedEntropy entropy_{7};
    PrivateKey key_ = value_of(PrivateKey::generate(KeyKind::ec_p256));
    PrivateKey leaf_key_ = value_of(PrivateKey::generate(KeyKind::ec_p256));
    Certificate authority_ =
        value_of(issue_authority(plan("Test CA", CertificateUse::authority), key_));
};

using Words = std::vector<std::string>;

TEST_F(CertificateTest, an_authority_may_sign_certificates_and_no_authorities) {
    EXPECT_TRUE(authority_.is_authority());
    EXPECT_TRUE(authority_.is_self_issued());
    EXPECT_EQ(authority_.path_length(), 0);
    EXPECT_EQ(authority_.key_usage(), (Words{"keyCertSign", "cRLSign"}));
    EXPECT_EQ(authority_.version(), 3);
    EXPECT_TRUE(authority_.is_signed_by(authority_));
}

TEST_F(CertificateTest, what_is_issued_says_what_was_planned) {
    const Certificate made = server();
    EXPECT_EQ(made.common_name(), "broker.local");
    EXPECT_EQ(made.issuer_text(), "CN=Test CA");
    EXPECT_EQ(made.names(), (std::vector<AlternativeName>{broker_name, broker_address}));
    EXPECT_EQ(made.not_before(), now);
    EXPECT_EQ(made.not_after(), now + year);
    EXPECT_EQ(made.extended_key_usage(), Words{"serverAuth"});
    EXPECT_EQ(made.key_usage(), Words{"digitalSignature"});
    EXPECT_TRUE(made.may_be_server());
    EXPECT_FALSE(made.may_be_client());
    EXPECT_FALSE(made.is_authority());
    EXPECT_EQ(made.public_key(), leaf_key_.public_key());
    EXPECT_TRUE(made.is_signed_by(authority_));
    EXPECT_FALSE(made.is_valid_for({NameKind::dns, "other.local"}));
    EXPECT_TRUE(made.is_valid_for(broker_address));
}

TEST_F(CertificateTest, only_rsa_servers_encrypt_with_their_key) {
    const PrivateKey rsa = value_of(PrivateKey::generate(KeyKind::rsa_2048));
    const auto usage = [&](CertificateUse use) {
        const CertificatePlan wanted = plan("a", use);
        return *value_of(issue_certificate(wanted, rsa.public_key(), authority_, key_)).key_usage();
    };
    EXPECT_EQ(usage(CertificateUse::server), (Words{"digitalSignature", "keyEncipherment"}));
    EXPECT_EQ(usage(CertificateUse::client), Words{"digitalSignature"});
}

TEST_F(CertificateTest, all_kinds_of_keys_sign) {
    for (const auto& [kind, words] :
         {std::pair{KeyKind::ec_p384, "EC P-384"},
          std::pair{KeyKind::rsa_2048, "RSA 2048 bits"},
          std::pair{KeyKind::ed25519, "Ed25519"}}) {
        const PrivateKey key = value_of(PrivateKey::generate(kind));
        const Certificate made =
            value_of(issue_authority(plan("x", CertificateUse::authority), key));
        EXPECT_EQ(made.public_key().description(), words);
        EXPECT_TRUE(made.is_signed_by(made));
        EXPECT_EQ(made.public_key().weakness(), "");
    }
}

TEST_F(CertificateTest, serial_numbers_are_positive_and_of_one_length) {
    for (int i = 0; i < 100; ++i) {
        const std::string serial = crypto::random_serial(entropy_);
        EXPECT_EQ(serial.size(), 32U);
        EXPECT_GE(serial.front(), '4');
        EXPECT_LE(serial.front(), '7');
    }
}

TEST_F(CertificateTest, pem_and_der_are_read_back) {
    const Certificate made = server();
    EXPECT_EQ(value_of(Certificate::parse(made.to_pem())), made);
    EXPECT_EQ(value_of(Certificate::parse(made.to_der())), made);
    const auto both = value_of(Certificate::parse_all(made.to_pem() + "\n" + authority_.to_pem()));
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both.back(), authority_);
}

TEST_F(CertificateTest, what_is_no_certificate_is_an_error_in_words) {
    EXPECT_EQ(Certificate::parse("").error().message, "there is no certificate in it");
    EXPECT_EQ(Certificate::parse("hello").error().message, "there is no certificate in it");
    std::string damaged = server().to_pem();
    damaged[100] = damaged[100] == 'A' ? 'B' : 'A';
    const auto read = Certificate::parse(damaged);
    if (read) {
        EXPECT_FALSE(read->is_signed_by(authority_));
    } else {
        EXPECT_TRUE(read.error().message.starts_with("a certificate in it is damaged"));
    }
    const std::string cut = server().to_pem().substr(0, 200);
    EXPECT_TRUE(Certificate::parse(cut).error().message.starts_with("a certificate in it is damaged"
    ));
}

TEST_F(CertificateTest, a_good_certificate_verifies_for_its_purpose_and_host) {
    Verification with = rules();
    EXPECT_EQ(problems(server(), with), Words{});
    with.purpose = VerifyFor::server;
    with.host = broker_name;
    EXPECT_EQ(problems(server(), with), Words{});
    with.host = broker_address;
    EXPECT_EQ(problems(server(), with), Words{});
}

TEST_F(CertificateTest, all_reasons_against_a_certificate_are_found) {
    Verification with = rules();
    with.purpose = VerifyFor::client;
    with.host = AlternativeName{NameKind::address, "10.0.0.2"};
    with.now = now + year + std::chrono::days(1);
    const Words found = problems(server(), with);
    for (const char* expected :
         {"it has expired", "it must not be used for this", "it is not valid for this address"})
        EXPECT_NE(std::find(found.begin(), found.end(), expected), found.end()) << expected;
}

TEST_F(CertificateTest, a_stranger_is_not_trusted) {
    Verification with = rules();
    with.trusted.clear();
    EXPECT_EQ(problems(server(), with), Words{"the authority that signed it is not known"});
    EXPECT_EQ(problems(authority_, with), Words{"it has signed itself, and is not trusted"});
}

TEST_F(CertificateTest, a_revocation_list_names_what_was_revoked) {
    const Certificate good = server();
    const Certificate bad = leaf(plan("sensor1", CertificateUse::client));
    const crypto::RevocationPlan revoked{
        .revoked = {{bad.serial(), now, 1}},
        .this_update = now,
        .next_update = now + std::chrono::days(30),
        .number = 4};
    const auto made = value_of(crypto::RevocationList::make(revoked, authority_, key_));
    const auto list = value_of(crypto::RevocationList::parse(made.to_pem()));
    EXPECT_EQ(list.size(), 1U);
    EXPECT_TRUE(list.has(bad));
    EXPECT_FALSE(list.has(good));
    EXPECT_TRUE(list.is_signed_by(authority_));
    EXPECT_EQ(list.next_update(), now + std::chrono::days(30));
    Verification with = rules();
    with.lists = {list};
    EXPECT_EQ(problems(good, with), Words{});
    EXPECT_EQ(problems(bad, with), Words{"it was revoked"});
    with.now = now + std::chrono::days(31);
    EXPECT_EQ(problems(good, with), Words{"the revocation list of its authority is too old"});
}

TEST_F(CertificateTest, a_request_carries_names_and_proves_its_key) {
    const auto made = value_of(
        crypto::CertificateRequest::make({{"CN", "b"}, {"O", "Garden"}}, {broker_name}, leaf_key_)
    );
    const auto read = value_of(crypto::CertificateRequest::parse(made.to_pem()));
    EXPECT_EQ(read.subject_text(), "O=Garden,CN=b");
    EXPECT_EQ(read.names(), std::vector<AlternativeName>{broker_name});
    EXPECT_EQ(read.public_key(), leaf_key_.public_key());
    EXPECT_EQ(
        crypto::CertificateRequest::parse("x").error().message,
        "there is no certificate request in it"
    );
}

TEST_F(CertificateTest, a_pkcs12_file_is_made_of_key_certificate_and_authority) {
    const auto made =
        crypto::to_pkcs12({"sensor1", leaf_key_, server(), authority_}, "secret words");
    ASSERT_TRUE(made.has_value());
    EXPECT_GT(made->size(), 1000U);
}

} // namespace
