// Would a TLS peer accept this certificate? All the reasons against it, in words. The time is an
// argument. Any thread.
#pragma once

#include "common/crypto/certificate.hpp"
#include "common/crypto/revocation_list.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crypto {

enum class VerifyFor : std::uint8_t { any, server, client };

struct Verification {
    std::vector<Certificate> trusted;
    std::vector<Certificate> intermediate; ///< help to find the way, trusted no more than the leaf
    std::vector<RevocationList> lists;     ///< empty: revocation is not looked at
    VerifyFor purpose = VerifyFor::any;
    std::optional<AlternativeName> host; ///< the name that clients connect to
    CertificateTime now;
};

/// What OpenSSL's code for a failed verification (X509_V_ERR_…) means and what helps.
[[nodiscard]] CryptoProblem describe_verify_error(int code);

/// Empty: it is good.
[[nodiscard]] std::vector<CryptoProblem>
verify_certificate(const Certificate& certificate, const Verification& with);

} // namespace crypto
