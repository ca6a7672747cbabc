// A private key: made, read from PEM (with its pass phrase when it is encrypted), and written as
// PKCS #8. A counted value; what it points to does not change. Any thread.
#pragma once

#include "common/crypto/crypto_problem.hpp"
#include "common/crypto/public_key.hpp"
#include "common/crypto/secret_string.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace crypto {

enum class KeyKind : std::uint8_t { ec_p256, ec_p384, rsa_2048, rsa_3072, rsa_4096, ed25519 };

/// As an option has them, in the order of KeyKind.
inline constexpr std::string_view key_kind_words = "p256|p384|rsa2048|rsa3072|rsa4096|ed25519";

class PrivateKey {
public:
    [[nodiscard]] static CryptoResult<PrivateKey> generate(KeyKind kind);

    /// The first private key of the text, PEM or DER. passphrase: empty when there is none.
    [[nodiscard]] static CryptoResult<PrivateKey>
    parse(std::string_view text, std::string_view passphrase = {});

    [[nodiscard]] SecretString to_pem() const;
    /// AES-256, the key from PBKDF2 with SHA-256 and 600 000 rounds: what the openssl command reads
    /// and a guess costs something for.
    [[nodiscard]] CryptoResult<std::string> to_encrypted_pem(std::string_view passphrase) const;
    /// PKCS #8
    [[nodiscard]] SecretString to_der() const;

    [[nodiscard]] PublicKey public_key() const { return PublicKey(key_); }

    [[nodiscard]] evp_pkey_st* native() const { return key_.get(); }

private:
    explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

    std::shared_ptr<evp_pkey_st> key_;
};

/// nullopt: a kind that is not made here.
[[nodiscard]] std::optional<KeyKind> kind_of(const PublicKey& key);

/// Whether the text is PEM and has a private key.
[[nodiscard]] bool has_private_key(std::string_view text);

/// Whether its private key needs a pass phrase.
[[nodiscard]] bool has_encrypted_key(std::string_view text);

} // namespace crypto
