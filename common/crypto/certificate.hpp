// An X.509 certificate: read, looked at, written. A counted value; what it points to does not
// change. Any thread.
#pragma once

#include "common/crypto/crypto_problem.hpp"
#include "common/crypto/public_key.hpp"
#include "common/crypto/subject_name.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct x509_st;

namespace crypto {

using CertificateTime = std::chrono::sys_seconds;

class Certificate {
public:
    /// Takes over the certificate, which is not null.
    explicit Certificate(std::shared_ptr<x509_st> certificate)
        : certificate_(std::move(certificate)) {}

    /// The first one of a PEM text, or DER.
    [[nodiscard]] static CryptoResult<Certificate> parse(std::string_view text);
    /// All of a PEM text, or the one of DER; at least one.
    [[nodiscard]] static CryptoResult<std::vector<Certificate>> parse_all(std::string_view text);

    [[nodiscard]] std::string to_pem() const;
    [[nodiscard]] std::string to_der() const;

    [[nodiscard]] int version() const; ///< 1 or 3
    [[nodiscard]] Subject subject() const;
    [[nodiscard]] std::string subject_text() const; ///< RFC 2253
    [[nodiscard]] std::string issuer_text() const;
    [[nodiscard]] std::string common_name() const; ///< empty when there is none
    [[nodiscard]] std::string serial() const;      ///< upper case hexadecimal
    [[nodiscard]] CertificateTime not_before() const;
    [[nodiscard]] CertificateTime not_after() const;
    [[nodiscard]] std::vector<AlternativeName> names() const;
    [[nodiscard]] PublicKey public_key() const;
    [[nodiscard]] std::string fingerprint() const;         ///< SHA-256, upper case hexadecimal
    [[nodiscard]] std::string signature_algorithm() const; ///< "ecdsa-with-SHA256"

    [[nodiscard]] bool is_authority() const;   ///< by its basic constraints
    [[nodiscard]] bool is_self_issued() const; ///< subject and issuer are the same
    [[nodiscard]] std::optional<long> path_length() const;
    /// "digitalSignature", …; nullopt without the extension, which allows all.
    [[nodiscard]] std::optional<std::vector<std::string>> key_usage() const;
    /// "serverAuth", …; nullopt without the extension, which allows all.
    [[nodiscard]] std::optional<std::vector<std::string>> extended_key_usage() const;
    [[nodiscard]] bool may_be_server() const;
    [[nodiscard]] bool may_be_client() const;

    /// By the alternative names, and by the common name when there are none (as OpenSSL does).
    [[nodiscard]] bool is_valid_for(const AlternativeName& host) const;

    /// Whether the signature was made with the key of that one.
    [[nodiscard]] bool is_signed_by(const Certificate& issuer) const;

    [[nodiscard]] x509_st* native() const { return certificate_.get(); }

    friend bool operator==(const Certificate& left, const Certificate& right);

private:
    std::shared_ptr<x509_st> certificate_;
};

/// Whether the text is PEM and has a certificate.
[[nodiscard]] bool has_certificate(std::string_view text);

} // namespace crypto
