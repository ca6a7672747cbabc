#include "common/crypto/tls/tls13_keys.hpp"

#include "common/base/assert.hpp"
#include "common/crypto/openssl_handle.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <new>
#include <span>
#include <string_view>

namespace crypto {

namespace {

using CipherPtr = OpensslPtr<EVP_CIPHER, EVP_CIPHER_free>;

CipherPtr fetched(const char* name) {
    CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
    if (!cipher) throw std::bad_alloc(); // OpenSSL has just used it itself
    return cipher;
}

const EVP_CIPHER* aes_128_gcm() {
    static const CipherPtr cipher = fetched("AES-128-GCM");
    return cipher.get();
}

const EVP_CIPHER* aes_256_gcm() {
    static const CipherPtr cipher = fetched("AES-256-GCM");
    return cipher.get();
}

const EVP_CIPHER* chacha20_poly1305() {
    static const CipherPtr cipher = fetched("ChaCha20-Poly1305");
    return cipher.get();
}

constexpr std::array suites{
    Tls13Suite{0x1301, "AES-128-GCM", 16, &EVP_sha256, &aes_128_gcm},
    Tls13Suite{0x1302, "AES-256-GCM", 32, &EVP_sha384, &aes_256_gcm},
    Tls13Suite{0x1303, "ChaCha20-Poly1305", 32, &EVP_sha256, &chacha20_poly1305},
};

std::size_t hash_size(const Tls13Suite& suite) {
    return static_cast<std::size_t>(EVP_MD_get_size(suite.hash()));
}

/// HKDF-Expand-Label with an empty context; out is at most as long as the hash, which is one round
/// of HKDF-Expand. [RFC 8446 7.1] [RFC 5869 2.3]
void expand_label(
    const Tls13Suite& suite, base::Bytes secret, std::string_view label, std::span<std::uint8_t> out
) {
    constexpr std::string_view prefix = "tls13 ";
    base::ByteBuffer info{0, static_cast<std::uint8_t>(out.size())};
    info.push_back(static_cast<std::uint8_t>(prefix.size() + label.size()));
    base::append(info, base::as_bytes(prefix));
    base::append(info, base::as_bytes(label));
    info.push_back(0); // the length of the context
    info.push_back(1); // the number of the round
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> round{};
    unsigned size = 0;
    const unsigned char* const made = HMAC(
        suite.hash(),
        secret.data(),
        static_cast<int>(secret.size()),
        info.data(),
        info.size(),
        round.data(),
        &size
    );
    if (made == nullptr) throw std::bad_alloc();
    MIDGE_ASSERT(out.size() <= size, "one round of HKDF is not enough");
    std::copy_n(round.begin(), out.size(), out.begin());
    OPENSSL_cleanse(round.data(), round.size());
}

} // namespace

const Tls13Suite* tls13_suite(std::uint16_t id) {
    const auto* const found = std::find_if(suites.begin(), suites.end(), [id](const auto& suite) {
        return suite.id == id;
    });
    return found == suites.end() ? nullptr : found;
}

Tls13Keys::Tls13Keys(const Tls13Suite& suite, base::Bytes secret, std::uint64_t records)
    : suite_(suite), records_(records) {
    MIDGE_ASSERT(secret.size() == hash_size(suite), "a secret of another hash");
    std::copy(secret.begin(), secret.end(), secret_.begin());
    derive();
}

Tls13Keys::~Tls13Keys() {
    OPENSSL_cleanse(secret_.data(), secret_.size());
    OPENSSL_cleanse(key_.data(), key_.size());
    OPENSSL_cleanse(iv_.data(), iv_.size());
}

void Tls13Keys::derive() {
    const base::Bytes secret = base::Bytes(secret_).first(hash_size(suite_));
    expand_label(suite_, secret, "key", std::span(key_).first(suite_.key_size));
    expand_label(suite_, secret, "iv", iv_);
}

void Tls13Keys::update() {
    const std::size_t size = hash_size(suite_);
    std::array<std::uint8_t, longest_tls13_secret> next{};
    const base::Bytes secret = base::Bytes(secret_).first(size);
    expand_label(suite_, secret, "traffic upd", std::span(next).first(size));
    secret_ = next;
    OPENSSL_cleanse(next.data(), next.size());
    records_ = 0;
    derive();
}

// The number of the record, in network order, over the end of the IV. [RFC 8446 5.3]
Tls13Keys::Nonce Tls13Keys::next_nonce() {
    Nonce nonce = iv_;
    std::uint64_t number = records_++;
    MIDGE_ASSERT(records_ != 0, "a nonce would be used twice");
    for (std::size_t i = nonce.size(); number != 0; number >>= 8U)
        nonce[--i] ^= static_cast<std::uint8_t>(number);
    return nonce;
}

} // namespace crypto
