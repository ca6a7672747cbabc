// The names in a certificate of the other side, as OpenSSL has it. Only for the .cpp files of this
// folder. Pure; any thread.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace crypto {

[[nodiscard]] bool is_ip_address(const std::string& name);

/// The hosts and addresses that a certificate is for, for messages.
[[nodiscard]] std::string names_of(const X509* certificate);

/// Its Common Name as UTF-8; empty: none.
[[nodiscard]] std::string common_name_of(const X509* certificate);

/// Its subject as RFC 2253 writes it.
[[nodiscard]] std::string subject_of(const X509* certificate);

} // namespace crypto
