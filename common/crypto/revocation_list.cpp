#include "common/crypto/revocation_list.hpp"

#include "common/crypto/certificate_extensions.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace crypto {

namespace {

using RevokedPtr = OpensslPtr<X509_REVOKED, X509_REVOKED_free>;
using ReasonPtr = OpensslPtr<ASN1_ENUMERATED, ASN1_ENUMERATED_free>;

bool add_reason(X509_REVOKED* entry, int reason) {
    const ReasonPtr code(ASN1_ENUMERATED_new());
    if (!code || ASN1_ENUMERATED_set(code.get(), reason) != 1) return false;
    const int which = NID_crl_reason;
    return X509_REVOKED_add1_ext_i2d(entry, which, code.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool add_entry(X509_CRL* list, const RevokedCertificate& revoked) {
    RevokedPtr entry(X509_REVOKED_new());
    const IntegerPtr serial = integer_of(revoked.serial);
    const TimePtr time = to_asn1(revoked.time);
    const bool complete = entry && serial && time &&
                          X509_REVOKED_set_serialNumber(entry.get(), serial.get()) == 1 &&
                          X509_REVOKED_set_revocationDate(entry.get(), time.get()) == 1 &&
                          (revoked.reason == 0 || add_reason(entry.get(), revoked.reason));
    if (!complete || X509_CRL_add0_revoked(list, entry.get()) != 1) return false;
    static_cast<void>(entry.release());
    return true;
}

bool set_fields(X509_CRL* list, const RevocationPlan& plan, const X509* issuer) {
    const TimePtr begin = to_asn1(plan.this_update);
    const TimePtr end = to_asn1(plan.next_update);
    const IntegerPtr number(ASN1_INTEGER_new());
    return begin && end && number && X509_CRL_set_version(list, X509_CRL_VERSION_2) == 1 &&
           X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer)) == 1 &&
           X509_CRL_set1_lastUpdate(list, begin.get()) == 1 &&
           X509_CRL_set1_nextUpdate(list, end.get()) == 1 &&
           ASN1_INTEGER_set_uint64(number.get(), plan.number) == 1 &&
           X509_CRL_add1_ext_i2d(list, NID_crl_number, number.get(), 0, X509V3_ADD_DEFAULT) == 1 &&
           add_authority_key_id(list, issuer);
}

} // namespace

bool has_revocation_list(std::string_view text) {
    return text.find("-----BEGIN X509 CRL-----") != std::string_view::npos;
}

CryptoResult<RevocationList> RevocationList::make(
    const RevocationPlan& plan, const Certificate& issuer, const PrivateKey& issuer_key
) {
    ERR_clear_error();
    const std::shared_ptr<X509_CRL> made(X509_CRL_new(), X509_CRL_free);
    if (!made || !set_fields(made.get(), plan, issuer.native()))
        return openssl_problem("cannot make a revocation list");
    for (const RevokedCertificate& each : plan.revoked) {
        if (!add_entry(made.get(), each)) return openssl_problem("cannot make a revocation list");
    }
    const EVP_MD* const digest = digest_for(issuer_key.native());
    if (X509_CRL_sort(made.get()) != 1 ||
        X509_CRL_sign(made.get(), issuer_key.native(), digest) == 0)
        return openssl_problem("cannot sign a revocation list");
    return RevocationList(made);
}

CryptoResult<RevocationList> RevocationList::parse(std::string_view text) {
    ERR_clear_error();
    const BioPtr source = reading_bio(text);
    if (!source) return CryptoProblem{"it is too large for a revocation list", {}};
    const bool pem = has_revocation_list(text);
    const std::shared_ptr<X509_CRL> read(
        pem ? PEM_read_bio_X509_CRL(source.get(), nullptr, nullptr, nullptr)
            : d2i_X509_CRL_bio(source.get(), nullptr),
        X509_CRL_free
    );
    if (read) return RevocationList(read);
    if (pem) return openssl_problem("the revocation list is damaged");
    ERR_clear_error();
    return CryptoProblem{"there is no revocation list in it", {}};
}

std::string RevocationList::to_pem() const {
    const BioPtr bio = writing_bio();
    return bio && PEM_write_bio_X509_CRL(bio.get(), native()) == 1 ? text_of(bio.get())
                                                                   : std::string();
}

std::string RevocationList::issuer_text() const {
    return to_text(X509_CRL_get_issuer(native()));
}

CertificateTime RevocationList::this_update() const {
    return to_time(X509_CRL_get0_lastUpdate(native())).value_or(CertificateTime::max());
}

CertificateTime RevocationList::next_update() const {
    return to_time(X509_CRL_get0_nextUpdate(native())).value_or(CertificateTime::max());
}

std::size_t RevocationList::size() const {
    const int count = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(native()));
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool RevocationList::has(const Certificate& certificate) const {
    X509_REVOKED* entry = nullptr;
    return X509_CRL_get0_by_cert(native(), &entry, certificate.native()) == 1;
}

bool RevocationList::is_signed_by(const Certificate& issuer) const {
    const bool valid = X509_CRL_verify(native(), X509_get0_pubkey(issuer.native())) == 1;
    ERR_clear_error();
    return valid;
}

} // namespace crypto
