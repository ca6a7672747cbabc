// A certificate signing request (PKCS #10): made where the key is, signed where the authority is. A
// counted value. Any thread.
#pragma once

#include "common/crypto/private_key.hpp"
#include "common/crypto/subject_name.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct X509_req_st;

namespace crypto {

class CertificateRequest {
public:
    [[nodiscard]] static CryptoResult<CertificateRequest>
    make(const Subject& subject, const std::vector<AlternativeName>& names, const PrivateKey& key);

    /// PEM or DER. Its signature must be that of its key.
    [[nodiscard]] static CryptoResult<CertificateRequest> parse(std::string_view text);

    [[nodiscard]] std::string to_pem() const;
    [[nodiscard]] Subject subject() const;
    [[nodiscard]] std::string subject_text() const; ///< RFC 2253
    [[nodiscard]] std::vector<AlternativeName> names() const;
    [[nodiscard]] PublicKey public_key() const;

private:
    explicit CertificateRequest(std::shared_ptr<X509_req_st> request)
        : request_(std::move(request)) {}

    std::shared_ptr<X509_req_st> request_;
};

/// Whether the text is PEM and has a request.
[[nodiscard]] bool has_request(std::string_view text);

} // namespace crypto
