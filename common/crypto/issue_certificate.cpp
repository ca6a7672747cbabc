#include "common/crypto/issue_certificate.hpp"

#include "common/crypto/certificate_extensions.hpp"

#include <openssl/err.h>

#include <array>

namespace crypto {

namespace {

constexpr std::size_t serial_size = 16;

std::vector<int> extended_usages(CertificateUse use) {
    switch (use) {
    case CertificateUse::authority:
        break;
    case CertificateUse::server:
        return {NID_server_auth};
    case CertificateUse::client:
        return {NID_client_auth};
    case CertificateUse::server_and_client:
        return {NID_server_auth, NID_client_auth};
    }
    return {};
}

std::uint32_t usages(const CertificatePlan& plan, const PublicKey& key) {
    if (plan.use == CertificateUse::authority) return KU_KEY_CERT_SIGN | KU_CRL_SIGN;
    // RSA without forward secrecy, as old devices still ask for, encrypts with the key.
    const bool encrypts = key.is_rsa() && plan.use != CertificateUse::client;
    return KU_DIGITAL_SIGNATURE | (encrypts ? KU_KEY_ENCIPHERMENT : 0U);
}

bool set_fields(X509* made, const CertificatePlan& plan) {
    const NamePtr subject = to_native(plan.subject);
    const IntegerPtr serial = integer_of(plan.serial);
    const TimePtr begin = to_asn1(plan.not_before);
    const TimePtr end = to_asn1(plan.not_after);
    return subject && serial && begin && end && X509_set_version(made, X509_VERSION_3) == 1 &&
           X509_set_serialNumber(made, serial.get()) == 1 &&
           X509_set_subject_name(made, subject.get()) == 1 &&
           X509_set1_notBefore(made, begin.get()) == 1 && X509_set1_notAfter(made, end.get()) == 1;
}

/// issuer: nullptr for one that signs itself.
CryptoResult<Certificate> issue(
    const CertificatePlan& plan,
    const PublicKey& key,
    const Certificate* issuer,
    const PrivateKey& issuer_key
) {
    ERR_clear_error();
    const std::shared_ptr<X509> made(X509_new(), X509_free);
    if (!made || !set_fields(made.get(), plan) || X509_set_pubkey(made.get(), key.native()) != 1)
        return openssl_problem("cannot make a certificate");
    X509* const signer = issuer == nullptr ? made.get() : issuer->native();
    const bool authority = plan.use == CertificateUse::authority;
    const std::vector<int> extended = extended_usages(plan.use);
    // The key id of the subject first: the one of the issuer may be the same.
    const bool complete = X509_set_issuer_name(made.get(), X509_get_subject_name(signer)) == 1 &&
                          add_basic_constraints(made.get(), authority, 0) &&
                          add_key_usage(made.get(), usages(plan, key)) &&
                          (extended.empty() || add_extended_key_usage(made.get(), extended)) &&
                          (plan.names.empty() || add_names(made.get(), plan.names)) &&
                          add_subject_key_id(made.get()) &&
                          add_authority_key_id(made.get(), signer);
    if (!complete) return openssl_problem("cannot make a certificate");
    if (X509_sign(made.get(), issuer_key.native(), digest_for(issuer_key.native())) == 0)
        return openssl_problem("cannot sign a certificate");
    // OpenSSL has cached what it found in the unfinished one; the finished one is read afresh.
    return Certificate::parse(Certificate(made).to_der());
}

} // namespace

std::string random_serial(base::Entropy& entropy) {
    constexpr unsigned sign = 0x80U;
    constexpr unsigned second = 0x40U; // no leading zero byte, so that all have the same length
    std::array<unsigned char, serial_size> bytes{};
    entropy.fill(bytes);
    bytes[0] = static_cast<unsigned char>((bytes[0] & ~sign) | second);
    return to_hex(bytes.data(), bytes.size());
}

CryptoResult<Certificate> issue_authority(const CertificatePlan& plan, const PrivateKey& key) {
    return issue(plan, key.public_key(), nullptr, key);
}

CryptoResult<Certificate> issue_certificate(
    const CertificatePlan& plan,
    const PublicKey& key,
    const Certificate& issuer,
    const PrivateKey& issuer_key
) {
    return issue(plan, key, &issuer, issuer_key);
}

} // namespace crypto
