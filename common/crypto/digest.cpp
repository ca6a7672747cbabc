#include "common/crypto/digest.hpp"

#include <openssl/sha.h>

namespace crypto {

static_assert(SHA256_DIGEST_LENGTH == 32);

std::array<std::uint8_t, 32> sha256(base::Bytes bytes) {
    std::array<std::uint8_t, 32> digest{};
    SHA256(bytes.data(), bytes.size(), digest.data());
    return digest;
}

} // namespace crypto
