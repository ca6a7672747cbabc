// Why TLS did not work, in words for people who do not know TLS. Reads OpenSSL's list of errors of
// this thread. Any thread.
#pragma once

#include "common/base/transport_trouble.hpp"

#include <string>

struct ssl_st;

namespace crypto {

/// OpenSSL's own words for the first error, which led to the others; forgets all of them.
[[nodiscard]] std::string first_openssl_error();

[[nodiscard]] bool is_key_mismatch(unsigned long error);

struct TlsFailure {
    std::string words;
    base::TransportTrouble trouble = base::TransportTrouble::none; ///< of a client
};

/// After a failed operation on the connection. Forgets all errors.
[[nodiscard]] TlsFailure why_tls_failed(const ssl_st* connection, bool is_server);

} // namespace crypto
