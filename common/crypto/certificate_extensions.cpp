#include "common/crypto/certificate_extensions.hpp"

#include <algorithm>
#include <array>

namespace crypto {

namespace {

using ConstraintsPtr = OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using UsagesPtr = OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using BitsPtr = OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using OctetsPtr = OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using KeyIdPtr = OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using GeneralNamePtr = OpensslPtr<GENERAL_NAME, GENERAL_NAME_free>;

constexpr int bits_a_byte = 8;

bool add(X509* certificate, int which, void* value, bool critical) {
    return X509_add1_ext_i2d(certificate, which, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1;
}

GeneralNamePtr to_general_name(const AlternativeName& name) {
    GeneralNamePtr made(GENERAL_NAME_new());
    if (!made) return nullptr;
    if (name.kind == NameKind::address) {
        ASN1_OCTET_STRING* const address = a2i_IPADDRESS(name.value.c_str());
        if (address == nullptr) return nullptr;
        GENERAL_NAME_set0_value(made.get(), GEN_IPADD, address);
        return made;
    }
    ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
    if (text == nullptr) return nullptr;
    const auto size = static_cast<int>(name.value.size());
    if (ASN1_STRING_set(text, name.value.data(), size) != 1) {
        ASN1_IA5STRING_free(text);
        return nullptr;
    }
    int kind = GEN_DNS;
    if (name.kind == NameKind::email) kind = GEN_EMAIL;
    if (name.kind == NameKind::uri) kind = GEN_URI;
    GENERAL_NAME_set0_value(made.get(), kind, text);
    return made;
}

KeyIdPtr authority_key_id(const X509* issuer) {
    KeyIdPtr id(AUTHORITY_KEYID_new());
    if (!id) return nullptr;
    auto* const readable = const_cast<X509*>(issuer); // OpenSSL caches what it finds
    if (const ASN1_OCTET_STRING* const key_id = X509_get0_subject_key_id(readable)) {
        id->keyid = ASN1_OCTET_STRING_dup(key_id);
        return id->keyid == nullptr ? nullptr : std::move(id);
    }
    GeneralNamesPtr names(GENERAL_NAMES_new());
    GeneralNamePtr name(GENERAL_NAME_new());
    X509_NAME* const copy = X509_NAME_dup(X509_get_issuer_name(issuer));
    if (!names || !name || copy == nullptr) return nullptr;
    GENERAL_NAME_set0_value(name.get(), GEN_DIRNAME, copy);
    if (sk_GENERAL_NAME_push(names.get(), name.get()) <= 0) return nullptr;
    static_cast<void>(name.release());
    id->issuer = names.release();
    id->serial = ASN1_INTEGER_dup(X509_get0_serialNumber(issuer));
    return id->serial == nullptr ? nullptr : std::move(id);
}

} // namespace

GeneralNamesPtr to_general_names(const std::vector<AlternativeName>& names) {
    GeneralNamesPtr made(GENERAL_NAMES_new());
    if (!made) return nullptr;
    for (const AlternativeName& each : names) {
        GeneralNamePtr name = to_general_name(each);
        if (!name || sk_GENERAL_NAME_push(made.get(), name.get()) <= 0) return nullptr;
        static_cast<void>(name.release());
    }
    return made;
}

NamePtr to_native(const Subject& subject) {
    NamePtr name(X509_NAME_new());
    if (!name) return nullptr;
    for (const SubjectPart& part : subject) {
        const auto* const value = reinterpret_cast<const unsigned char*>(part.value.data());
        const auto size = static_cast<int>(part.value.size());
        const int added = X509_NAME_add_entry_by_txt(
            name.get(), part.field.c_str(), MBSTRING_UTF8, value, size, -1, 0
        );
        if (added != 1) return nullptr;
    }
    return name;
}

bool add_basic_constraints(X509* certificate, bool authority, long path_length) {
    const ConstraintsPtr constraints(BASIC_CONSTRAINTS_new());
    if (!constraints) return false;
    constraints->ca = authority ? 0xFF : 0; // the TRUE of DER; OpenSSL writes what it finds here
    if (authority) {
        constraints->pathlen = ASN1_INTEGER_new();
        if (constraints->pathlen == nullptr) return false;
        if (ASN1_INTEGER_set(constraints->pathlen, path_length) != 1) return false;
    }
    return add(certificate, NID_basic_constraints, constraints.get(), true);
}

bool add_key_usage(X509* certificate, std::uint32_t bits) {
    const BitsPtr usage(ASN1_BIT_STRING_new());
    if (!usage) return false;
    // KU_ has the first bit of the string as the highest of the first byte.
    for (int i = 0; i < bits_a_byte; ++i) {
        const bool wanted = (bits & (0x80U >> static_cast<unsigned>(i))) != 0;
        if (wanted && ASN1_BIT_STRING_set_bit(usage.get(), i, 1) != 1) return false;
    }
    return add(certificate, NID_key_usage, usage.get(), true);
}

bool add_extended_key_usage(X509* certificate, const std::vector<int>& usages) {
    const UsagesPtr made(EXTENDED_KEY_USAGE_new());
    if (!made) return false;
    for (const int usage : usages) {
        if (sk_ASN1_OBJECT_push(made.get(), OBJ_nid2obj(usage)) <= 0) return false;
    }
    return add(certificate, NID_ext_key_usage, made.get(), false);
}

bool add_subject_key_id(X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_pubkey_digest(certificate, EVP_sha1(), digest.data(), &size) != 1) return false;
    const OctetsPtr id(ASN1_OCTET_STRING_new());
    if (!id || ASN1_OCTET_STRING_set(id.get(), digest.data(), static_cast<int>(size)) != 1)
        return false;
    return add(certificate, NID_subject_key_identifier, id.get(), false);
}

bool add_authority_key_id(X509* certificate, const X509* issuer) {
    const KeyIdPtr id = authority_key_id(issuer);
    return id && add(certificate, NID_authority_key_identifier, id.get(), false);
}

bool add_authority_key_id(X509_CRL* list, const X509* issuer) {
    const KeyIdPtr id = authority_key_id(issuer);
    if (!id) return false;
    const int which = NID_authority_key_identifier;
    return X509_CRL_add1_ext_i2d(list, which, id.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool add_names(X509* certificate, const std::vector<AlternativeName>& names) {
    const GeneralNamesPtr made = to_general_names(names);
    return made && add(certificate, NID_subject_alt_name, made.get(), false);
}

const EVP_MD* digest_for(const EVP_PKEY* key) {
    constexpr int bits_of_p256 = 256;
    const int kind = EVP_PKEY_get_base_id(key);
    if (kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448) return nullptr;
    const bool larger_curve = kind == EVP_PKEY_EC && EVP_PKEY_get_bits(key) > bits_of_p256;
    return larger_curve ? EVP_sha384() : EVP_sha256();
}

} // namespace crypto
