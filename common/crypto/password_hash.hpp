// A password as it may be stored: how it was hashed, and the result. Reads and writes the three
// forms of mosquitto's password files:
//   $argon2id$v=19$m=47104,t=1,p=1$SALT$DIGEST   base64 without padding (the PHC string format)
//   $7$ROUNDS$SALT$DIGEST                        PBKDF2 with HMAC-SHA-512, base64 with padding
//   $6$SALT$DIGEST                               SHA-512 of password and salt, once; only read
// Hashing and verifying take 0.1 to 0.3 s and up to the memory that the text says: never on a
// shard. Randomness is an argument. Any thread.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/entropy.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace crypto {

enum class HashMethod : std::uint8_t { argon2id, pbkdf2_sha512, sha512 };

/// "argon2id", "sha512-pbkdf2", "sha512": the words of mosquitto_passwd -H.
[[nodiscard]] std::string_view name_of(HashMethod method);

/// What one guess costs.
struct HashCost {
    std::uint32_t rounds = 1;     ///< passes of Argon2, iterations of PBKDF2
    std::uint32_t memory_kib = 0; ///< of Argon2
    std::uint32_t lanes = 1;      ///< of Argon2

    bool operator==(const HashCost&) const = default;
};

/// Limits of what is read and made: a file must not be able to stop the process that reads it.
inline constexpr std::uint32_t most_memory_kib = 1'048'576;
inline constexpr std::uint32_t least_memory_kib = 8;
inline constexpr std::uint32_t most_passes = 64;
inline constexpr std::uint32_t most_lanes = 16;
inline constexpr std::uint32_t most_iterations = 10'000'000;
/// Fewer iterations than this are not made.
inline constexpr std::uint32_t least_new_iterations = 1000;

/// 46 MiB in one pass, or 210 000 iterations.
[[nodiscard]] HashCost usual_cost(HashMethod method);

struct PasswordHash {
    HashMethod method = HashMethod::argon2id;
    HashCost cost;
    base::ByteBuffer salt;
    base::ByteBuffer digest;

    bool operator==(const PasswordHash&) const = default;
};

struct HashProblem {
    std::string message; ///< "the number of rounds must be 1 to 10000000 (got \"0\")"
};

/// Whether a text claims to be a hash: it begins like one of the forms, right or not.
[[nodiscard]] bool looks_hashed(std::string_view text);

[[nodiscard]] base::Result<PasswordHash, HashProblem> parse_hash(std::string_view text);

[[nodiscard]] std::string to_text(const PasswordHash& hash);

/// Hashes with a new salt. method: not sha512. Fails when the memory for it cannot be had.
[[nodiscard]] base::Result<PasswordHash, HashProblem> hash_password(
    std::string_view password, HashMethod method, const HashCost& cost, base::Entropy& entropy
);

/// A hash that no password is known for and that costs as much to verify as another.
[[nodiscard]] PasswordHash decoy_like(const PasswordHash& hash, base::Entropy& entropy);

enum class Verdict : std::uint8_t {
    right,
    wrong,
    unknown, ///< the memory for it could not be had
};

[[nodiscard]] Verdict verify(const PasswordHash& hash, std::string_view password);

} // namespace crypto
