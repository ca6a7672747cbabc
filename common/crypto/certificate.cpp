#include "common/crypto/certificate.hpp"

#include "common/crypto/openssl_handle.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <utility>

namespace crypto {

namespace {

using ConstraintsPtr = OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using UsagesPtr = OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;

struct UsageBit {
    std::uint32_t bit;
    const char* name;
};

constexpr std::array usage_bits{
    UsageBit{KU_DIGITAL_SIGNATURE, "digitalSignature"},
    UsageBit{KU_NON_REPUDIATION, "nonRepudiation"},
    UsageBit{KU_KEY_ENCIPHERMENT, "keyEncipherment"},
    UsageBit{KU_DATA_ENCIPHERMENT, "dataEncipherment"},
    UsageBit{KU_KEY_AGREEMENT, "keyAgreement"},
    UsageBit{KU_KEY_CERT_SIGN, "keyCertSign"},
    UsageBit{KU_CRL_SIGN, "cRLSign"},
    UsageBit{KU_ENCIPHER_ONLY, "encipherOnly"},
    UsageBit{KU_DECIPHER_ONLY, "decipherOnly"},
};

template <typename Extension>
Extension* extension_of(const X509* certificate, int which) {
    return static_cast<Extension*>(X509_get_ext_d2i(certificate, which, nullptr, nullptr));
}

Certificate owned(X509* certificate) {
    return Certificate(std::shared_ptr<X509>(certificate, X509_free));
}

} // namespace

bool has_certificate(std::string_view text) {
    return text.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos ||
           text.find("-----BEGIN TRUSTED CERTIFICATE-----") != std::string_view::npos ||
           text.find("-----BEGIN X509 CERTIFICATE-----") != std::string_view::npos;
}

CryptoResult<Certificate> Certificate::parse(std::string_view text) {
    auto all = parse_all(text);
    if (!all) return all.error();
    return all->front();
}

CryptoResult<std::vector<Certificate>> Certificate::parse_all(std::string_view text) {
    ERR_clear_error();
    std::vector<Certificate> found;
    const BioPtr source = reading_bio(text);
    if (!source) return CryptoProblem{"it is too large for a certificate", {}};
    if (!has_certificate(text)) {
        X509* const read = d2i_X509_bio(source.get(), nullptr);
        if (read != nullptr) found.push_back(owned(read));
        if (read != nullptr && X509_get0_pubkey(read) == nullptr) found.clear();
        ERR_clear_error();
        if (found.empty()) return CryptoProblem{"there is no certificate in it", {}};
        return {boost::system::in_place_value, std::move(found)};
    }
    while (X509* const read = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr))
        found.push_back(owned(read));
    const bool at_the_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (found.empty() || !at_the_end) return openssl_problem("a certificate in it is damaged");
    for (const Certificate& each : found) {
        if (X509_get0_pubkey(each.native()) == nullptr)
            return openssl_problem("the key of a certificate in it cannot be read");
    }
    ERR_clear_error();
    return {boost::system::in_place_value, std::move(found)};
}

std::string Certificate::to_pem() const {
    const BioPtr bio = writing_bio();
    return bio && PEM_write_bio_X509(bio.get(), native()) == 1 ? text_of(bio.get()) : std::string();
}

std::string Certificate::to_der() const {
    const BioPtr bio = writing_bio();
    return bio && i2d_X509_bio(bio.get(), native()) == 1 ? text_of(bio.get()) : std::string();
}

int Certificate::version() const {
    return static_cast<int>(X509_get_version(native())) + 1;
}

Subject Certificate::subject() const {
    return subject_of(X509_get_subject_name(native()));
}

std::string Certificate::subject_text() const {
    return to_text(X509_get_subject_name(native()));
}

std::string Certificate::issuer_text() const {
    return to_text(X509_get_issuer_name(native()));
}

std::string Certificate::common_name() const {
    return value_of(subject(), "CN");
}

std::string Certificate::serial() const {
    return to_hex(X509_get0_serialNumber(native()));
}

CertificateTime Certificate::not_before() const {
    return to_time(X509_get0_notBefore(native())).value_or(CertificateTime::max());
}

CertificateTime Certificate::not_after() const {
    return to_time(X509_get0_notAfter(native())).value_or(CertificateTime::min());
}

std::vector<AlternativeName> Certificate::names() const {
    const GeneralNamesPtr names(extension_of<GENERAL_NAMES>(native(), NID_subject_alt_name));
    return names_of(names.get());
}

PublicKey Certificate::public_key() const {
    return PublicKey(std::shared_ptr<EVP_PKEY>(X509_get_pubkey(native()), EVP_PKEY_free));
}

std::string Certificate::fingerprint() const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(native(), EVP_sha256(), digest.data(), &size) != 1) return {};
    return to_hex(digest.data(), size);
}

std::string Certificate::signature_algorithm() const {
    return OBJ_nid2ln(X509_get_signature_nid(native()));
}

bool Certificate::is_authority() const {
    const ConstraintsPtr found(extension_of<BASIC_CONSTRAINTS>(native(), NID_basic_constraints));
    return found && found->ca != 0;
}

bool Certificate::is_self_issued() const {
    return X509_NAME_cmp(X509_get_subject_name(native()), X509_get_issuer_name(native())) == 0;
}

std::optional<long> Certificate::path_length() const {
    const ConstraintsPtr found(extension_of<BASIC_CONSTRAINTS>(native(), NID_basic_constraints));
    if (!found || found->pathlen == nullptr) return std::nullopt;
    return ASN1_INTEGER_get(found->pathlen);
}

std::optional<std::vector<std::string>> Certificate::key_usage() const {
    if ((X509_get_extension_flags(native()) & EXFLAG_KUSAGE) == 0) return std::nullopt;
    const std::uint32_t bits = X509_get_key_usage(native());
    std::vector<std::string> names;
    for (const UsageBit& each : usage_bits) {
        if ((bits & each.bit) != 0) names.emplace_back(each.name);
    }
    return names;
}

std::optional<std::vector<std::string>> Certificate::extended_key_usage() const {
    const UsagesPtr usages(extension_of<EXTENDED_KEY_USAGE>(native(), NID_ext_key_usage));
    if (!usages) return std::nullopt;
    std::vector<std::string> names;
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        const int known = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), i));
        names.emplace_back(known == NID_undef ? "other" : OBJ_nid2sn(known));
    }
    return names;
}

bool Certificate::may_be_server() const {
    return X509_check_purpose(native(), X509_PURPOSE_SSL_SERVER, 0) == 1;
}

bool Certificate::may_be_client() const {
    return X509_check_purpose(native(), X509_PURPOSE_SSL_CLIENT, 0) == 1;
}

bool Certificate::is_valid_for(const AlternativeName& host) const {
    if (host.kind == NameKind::address)
        return X509_check_ip_asc(native(), host.value.c_str(), 0) == 1;
    return X509_check_host(native(), host.value.data(), host.value.size(), 0, nullptr) == 1;
}

bool Certificate::is_signed_by(const Certificate& issuer) const {
    const bool valid = X509_verify(native(), X509_get0_pubkey(issuer.native())) == 1;
    ERR_clear_error();
    return valid;
}

bool operator==(const Certificate& left, const Certificate& right) {
    return X509_cmp(left.native(), right.native()) == 0;
}

} // namespace crypto
