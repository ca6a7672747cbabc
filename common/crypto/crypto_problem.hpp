// Why something with keys or certificates did not work, in words. Plain value.
#pragma once

#include "common/base/result.hpp"

#include <string>

namespace crypto {

struct CryptoProblem {
    std::string message; ///< what is wrong: lower case, no full stop
    std::string hint;    ///< what to do; may be empty
};

template <typename Value>
using CryptoResult = base::Result<Value, CryptoProblem>;

/// The last error that OpenSSL has noted on this thread, in its words; forgets all of them.
[[nodiscard]] std::string take_openssl_reason();

/// "WHAT: REASON", with OpenSSL's reason.
[[nodiscard]] CryptoProblem openssl_problem(const std::string& what);

} // namespace crypto
