// Owners for what OpenSSL hands out, and its time and text conversions. Only for the .cpp files of
// this library: its public headers name OpenSSL's types without including them.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crypto {

template <auto Free>
struct OpensslFree {
    template <typename Object>
    void operator()(Object* object) const {
        Free(object);
    }
};

template <typename Object, auto Free>
using OpensslPtr = std::unique_ptr<Object, OpensslFree<Free>>;

using BioPtr = OpensslPtr<BIO, BIO_free_all>;
using KeyPtr = OpensslPtr<EVP_PKEY, EVP_PKEY_free>;
using KeyContextPtr = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using X509Ptr = OpensslPtr<X509, X509_free>;
using RequestPtr = OpensslPtr<X509_REQ, X509_REQ_free>;
using CrlPtr = OpensslPtr<X509_CRL, X509_CRL_free>;
using NamePtr = OpensslPtr<X509_NAME, X509_NAME_free>;
using IntegerPtr = OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free>;
using TimePtr = OpensslPtr<ASN1_TIME, ASN1_TIME_free>;
using GeneralNamesPtr = OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;

/// A source that reads the text; the text lives as long.
[[nodiscard]] BioPtr reading_bio(std::string_view text);

/// A sink in memory.
[[nodiscard]] BioPtr writing_bio();

/// What was written to a writing_bio().
[[nodiscard]] std::string text_of(BIO* bio);

[[nodiscard]] TimePtr to_asn1(std::chrono::sys_seconds time);

/// nullopt: not there, or not a time.
[[nodiscard]] std::optional<std::chrono::sys_seconds> to_time(const ASN1_TIME* time);

/// Upper case, two digits a byte; without leading zero bytes.
[[nodiscard]] std::string to_hex(const ASN1_INTEGER* number);

/// nullptr when the text is no hexadecimal number.
[[nodiscard]] IntegerPtr integer_of(const std::string& hex);

[[nodiscard]] std::string to_hex(const unsigned char* bytes, std::size_t size);

} // namespace crypto
