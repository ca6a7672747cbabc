// Making and verifying of password hashes: Argon2id by libsodium, PBKDF2 and SHA-512 by OpenSSL.
#include "common/base/assert.hpp"
#include "common/crypto/constant_time.hpp"
#include "common/crypto/password_hash.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <cerrno>
#include <memory>

namespace crypto {

namespace {

constexpr std::size_t sha512_size = 64;
/// mosquitto 2.0 takes no other size, later ones do as well.
constexpr std::size_t pbkdf2_salt_size = 12;
constexpr std::size_t argon2id_digest_size = 32;
constexpr std::size_t bytes_a_kib = 1024;

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

bool pbkdf2(std::string_view password, const PasswordHash& hash, base::ByteBuffer& digest) {
    digest.resize(sha512_size);
    return PKCS5_PBKDF2_HMAC(
               password.data(),
               static_cast<int>(password.size()),
               hash.salt.data(),
               static_cast<int>(hash.salt.size()),
               static_cast<int>(hash.cost.rounds),
               EVP_sha512(),
               static_cast<int>(digest.size()),
               digest.data()
           ) == 1;
}

bool sha512(std::string_view password, const PasswordHash& hash, base::ByteBuffer& digest) {
    digest.resize(sha512_size);
    const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
    return context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha512(), nullptr) == 1 &&
           EVP_DigestUpdate(context.get(), password.data(), password.size()) == 1 &&
           EVP_DigestUpdate(context.get(), hash.salt.data(), hash.salt.size()) == 1 &&
           EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
}

bool argon2id(std::string_view password, const PasswordHash& hash, base::ByteBuffer& digest) {
    digest.resize(argon2id_digest_size);
    return crypto_pwhash(
               digest.data(),
               digest.size(),
               password.data(),
               password.size(),
               hash.salt.data(),
               hash.cost.rounds,
               bytes_a_kib * hash.cost.memory_kib,
               crypto_pwhash_ALG_ARGON2ID13
           ) == 0;
}

Verdict verify_argon2id(const PasswordHash& hash, std::string_view password) {
    errno = 0;
    const std::string text = to_text(hash);
    if (crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0)
        return Verdict::right;
    return errno == ENOMEM ? Verdict::unknown : Verdict::wrong;
}

void start_sodium() {
    const int started = sodium_init(); // any thread, any number of times
    MIDGE_ASSERT(started >= 0, "libsodium cannot start");
}

} // namespace

base::Result<PasswordHash, HashProblem> hash_password(
    std::string_view password, HashMethod method, const HashCost& cost, base::Entropy& entropy
) {
    MIDGE_ASSERT(method != HashMethod::sha512, "one round of SHA-512 is only verified");
    MIDGE_ASSERT(cost.lanes == 1 || method != HashMethod::argon2id, "libsodium makes one lane");
    start_sodium();
    PasswordHash hash{.method = method, .cost = cost, .salt = {}, .digest = {}};
    const bool memory_hard = method == HashMethod::argon2id;
    hash.salt.resize(memory_hard ? crypto_pwhash_SALTBYTES : pbkdf2_salt_size);
    entropy.fill(hash.salt);
    const bool made =
        memory_hard ? argon2id(password, hash, hash.digest) : pbkdf2(password, hash, hash.digest);
    if (made) return hash;
    return HashProblem{
        memory_hard ? "not enough memory for Argon2 (" + std::to_string(cost.memory_kib) + " KiB)"
                    : std::string("OpenSSL cannot derive a key with PBKDF2 and SHA-512")};
}

PasswordHash decoy_like(const PasswordHash& hash, base::Entropy& entropy) {
    PasswordHash decoy = hash;
    entropy.fill(decoy.salt);
    entropy.fill(decoy.digest);
    return decoy;
}

Verdict verify(const PasswordHash& hash, std::string_view password) {
    start_sodium();
    if (hash.method == HashMethod::argon2id) return verify_argon2id(hash, password);
    base::ByteBuffer digest;
    const bool made = hash.method == HashMethod::pbkdf2_sha512 ? pbkdf2(password, hash, digest)
                                                               : sha512(password, hash, digest);
    if (!made) return Verdict::unknown;
    return equal_in_constant_time(digest, hash.digest) ? Verdict::right : Verdict::wrong;
}

} // namespace crypto
