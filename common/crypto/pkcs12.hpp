// A PKCS #12 file: a key, its certificate and the authority in one, as browsers, Java and phones
// import it. Pure but for its salt.
#pragma once

#include "common/crypto/certificate.hpp"
#include "common/crypto/private_key.hpp"

#include <string>
#include <string_view>

namespace crypto {

struct Pkcs12Content {
    std::string name; ///< shown by what imports it
    PrivateKey key;
    Certificate certificate;
    Certificate authority;
};

/// DER. AES-256 and SHA-256, which everything since about 2018 reads.
[[nodiscard]] CryptoResult<std::string>
to_pkcs12(const Pkcs12Content& content, std::string_view passphrase);

} // namespace crypto
