#include "common/crypto/constant_time.hpp"

#include <sodium.h>

namespace crypto {

bool equal_in_constant_time(base::Bytes a, base::Bytes b) {
    if (a.size() != b.size()) return false;
    return a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace crypto
