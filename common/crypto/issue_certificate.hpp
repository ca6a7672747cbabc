// Makes certificates: the authority's own, and those that it signs. RFC 5280 with -x509_strict as
// the measure. Time, serial number and keys are arguments. Any thread.
#pragma once

#include "common/base/entropy.hpp"
#include "common/crypto/certificate.hpp"
#include "common/crypto/private_key.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace crypto {

enum class CertificateUse : std::uint8_t { authority, server, client, server_and_client };

struct CertificatePlan {
    Subject subject;
    std::vector<AlternativeName> names;
    CertificateUse use = CertificateUse::client;
    CertificateTime not_before;
    CertificateTime not_after;
    std::string serial; ///< hexadecimal
};

/// 16 bytes, 126 bits of them random: positive, and always of the same length.
[[nodiscard]] std::string random_serial(base::Entropy& entropy);

/// An authority that signs itself. No authority may stand below it.
[[nodiscard]] CryptoResult<Certificate>
issue_authority(const CertificatePlan& plan, const PrivateKey& key);

[[nodiscard]] CryptoResult<Certificate> issue_certificate(
    const CertificatePlan& plan,
    const PublicKey& key,
    const Certificate& issuer,
    const PrivateKey& issuer_key
);

} // namespace crypto
