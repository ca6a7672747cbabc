// A certificate revocation list (CRL): which certificates of an authority are not valid any more,
// though their time is not over. A counted value. Any thread.
#pragma once

#include "common/crypto/certificate.hpp"
#include "common/crypto/private_key.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct X509_crl_st;

namespace crypto {

/// The words and numbers of RFC 5280, section 5.3.1, without those for holding back for a while.
struct RevocationReason {
    std::string_view word;
    int code;
};

inline constexpr std::array revocation_reasons{
    RevocationReason{"unspecified", 0},
    RevocationReason{"keyCompromise", 1},
    RevocationReason{"affiliationChanged", 3},
    RevocationReason{"superseded", 4},
    RevocationReason{"cessationOfOperation", 5},
    RevocationReason{"privilegeWithdrawn", 9},
};

struct RevokedCertificate {
    std::string serial; ///< hexadecimal
    CertificateTime time;
    int reason = 0; ///< 0 is left out of the list, as the standard wants
};

struct RevocationPlan {
    std::vector<RevokedCertificate> revoked;
    CertificateTime this_update;
    CertificateTime next_update;
    std::uint64_t number = 1; ///< grows with each list
};

class RevocationList {
public:
    [[nodiscard]] static CryptoResult<RevocationList>
    make(const RevocationPlan& plan, const Certificate& issuer, const PrivateKey& issuer_key);

    /// PEM or DER.
    [[nodiscard]] static CryptoResult<RevocationList> parse(std::string_view text);

    [[nodiscard]] std::string to_pem() const;
    [[nodiscard]] std::string issuer_text() const;
    [[nodiscard]] CertificateTime this_update() const;
    /// The far future when the list names none.
    [[nodiscard]] CertificateTime next_update() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool has(const Certificate& certificate) const;
    [[nodiscard]] bool is_signed_by(const Certificate& issuer) const;

    [[nodiscard]] X509_crl_st* native() const { return list_.get(); }

private:
    explicit RevocationList(std::shared_ptr<X509_crl_st> list) : list_(std::move(list)) {}

    std::shared_ptr<X509_crl_st> list_;
};

/// Whether the text is PEM and has a list.
[[nodiscard]] bool has_revocation_list(std::string_view text);

} // namespace crypto
