#include "common/crypto/private_key.hpp"

#include "common/crypto/openssl_handle.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>

#include <array>
#include <cstring>
#include <utility>

namespace crypto {

namespace {

using Pkcs8Ptr = OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using SignaturePtr = OpensslPtr<X509_SIG, X509_SIG_free>;

constexpr int rounds = 600'000;
constexpr int salt_size = 16;

/// OpenSSL asks for the pass phrase through this; user: a std::string_view.
int give_passphrase(char* buffer, int size, int /*writing*/, void* user) {
    const auto& passphrase = *static_cast<const std::string_view*>(user);
    if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(buffer, passphrase.data(), passphrase.size());
    return static_cast<int>(passphrase.size());
}

EVP_PKEY* generate_native(KeyKind kind) {
    switch (kind) {
    case KeyKind::ec_p256:
        return EVP_EC_gen("P-256");
    case KeyKind::ec_p384:
        return EVP_EC_gen("P-384");
    case KeyKind::rsa_2048:
        return EVP_RSA_gen(2048U);
    case KeyKind::rsa_3072:
        return EVP_RSA_gen(3072U);
    case KeyKind::rsa_4096:
        return EVP_RSA_gen(4096U);
    case KeyKind::ed25519:
        break;
    }
    return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
}

std::shared_ptr<EVP_PKEY> shared(KeyPtr key) {
    return {key.release(), EVP_PKEY_free};
}

SecretString take_secret(BIO* bio) {
    std::string text = text_of(bio);
    return SecretString(std::move(text));
}

/// Like writing_bio(), for secrets: its memory is wiped when it goes.
BioPtr secret_bio() {
    return BioPtr(BIO_new(BIO_s_secmem()));
}

} // namespace

std::optional<KeyKind> kind_of(const PublicKey& key) {
    constexpr std::array known{
        std::pair{KeyKind::ec_p256, "EC P-256"},
        std::pair{KeyKind::ec_p384, "EC P-384"},
        std::pair{KeyKind::rsa_2048, "RSA 2048 bits"},
        std::pair{KeyKind::rsa_3072, "RSA 3072 bits"},
        std::pair{KeyKind::rsa_4096, "RSA 4096 bits"},
        std::pair{KeyKind::ed25519, "Ed25519"},
    };
    const std::string description = key.description();
    for (const auto& [kind, words] : known) {
        if (description == words) return kind;
    }
    return std::nullopt;
}

bool has_private_key(std::string_view text) {
    return text.find("PRIVATE KEY-----") != std::string_view::npos;
}

bool has_encrypted_key(std::string_view text) {
    return text.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos ||
           (has_private_key(text) && text.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos);
}

CryptoResult<PrivateKey> PrivateKey::generate(KeyKind kind) {
    KeyPtr key(generate_native(kind));
    if (!key) return openssl_problem("cannot make a key");
    return PrivateKey(shared(std::move(key)));
}

CryptoResult<PrivateKey> PrivateKey::parse(std::string_view text, std::string_view passphrase) {
    ERR_clear_error();
    const bool encrypted = has_encrypted_key(text);
    if (encrypted && passphrase.empty())
        return CryptoProblem{"the key is encrypted and needs its pass phrase", {}};
    const BioPtr source = reading_bio(text);
    if (!source) return CryptoProblem{"there is no private key in it", {}};
    KeyPtr key(
        has_private_key(text)
            ? PEM_read_bio_PrivateKey(source.get(), nullptr, give_passphrase, &passphrase)
            : d2i_PrivateKey_bio(source.get(), nullptr)
    );
    if (key) return PrivateKey(shared(std::move(key)));
    if (encrypted) {
        ERR_clear_error();
        return CryptoProblem{"the pass phrase is wrong, or the key is damaged", {}};
    }
    if (has_private_key(text)) return openssl_problem("the private key is damaged");
    ERR_clear_error();
    return CryptoProblem{"there is no private key in it", {}};
}

SecretString PrivateKey::to_pem() const {
    const BioPtr bio = secret_bio();
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), native(), nullptr, nullptr, 0, nullptr, nullptr) !=
        1)
        return {};
    return take_secret(bio.get());
}

SecretString PrivateKey::to_der() const {
    const BioPtr bio = secret_bio();
    if (i2d_PKCS8PrivateKey_bio(bio.get(), native(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return {};
    return take_secret(bio.get());
}

CryptoResult<std::string> PrivateKey::to_encrypted_pem(std::string_view passphrase) const {
    const auto size = static_cast<int>(passphrase.size());
    const Pkcs8Ptr plain(EVP_PKEY2PKCS8(native()));
    X509_ALGOR* scheme = PKCS5_pbe2_set_iv(
        EVP_aes_256_cbc(), rounds, nullptr, salt_size, nullptr, NID_hmacWithSHA256
    );
    if (!plain || scheme == nullptr) {
        X509_ALGOR_free(scheme);
        return openssl_problem("cannot encrypt the key");
    }
    const SignaturePtr encrypted(PKCS8_set0_pbe(passphrase.data(), size, plain.get(), scheme));
    if (!encrypted) {
        X509_ALGOR_free(scheme);
        return openssl_problem("cannot encrypt the key");
    }
    const BioPtr bio = writing_bio();
    if (!bio || PEM_write_bio_PKCS8(bio.get(), encrypted.get()) != 1)
        return openssl_problem("cannot write the key");
    return {boost::system::in_place_value, text_of(bio.get())};
}

} // namespace crypto
