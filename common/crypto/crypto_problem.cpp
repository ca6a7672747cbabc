#include "common/crypto/crypto_problem.hpp"

#include <openssl/err.h>

namespace crypto {

std::string take_openssl_reason() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    if (code == 0) return "no reason was given";
    const char* const reason = ERR_reason_error_string(code);
    if (reason != nullptr) return reason;
    return "OpenSSL error " + std::to_string(code);
}

CryptoProblem openssl_problem(const std::string& what) {
    return {what + ": " + take_openssl_reason(), {}};
}

} // namespace crypto
