// What a side of TLS is made of: files, versions, ciphers, keys. Plain values, filled from options.
// Nothing is read or opened here.
#pragma once

#include "common/crypto/secret_string.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace crypto {

enum class TlsVersion : std::uint8_t { v1_2, v1_3 };

/// A certificate with its chain, and its key; PEM files.
struct TlsKeyPair {
    std::string certificate_file;
    std::string key_file;
};

struct TlsServerSettings {
    std::vector<TlsKeyPair>
        key_pairs;       ///< which one is shown follows from the name that is asked for
    std::string ca_file; ///< who may sign certificates of clients
    std::string ca_path;
    std::string crl_file;
    std::string ciphers;       ///< up to TLS 1.2; empty: the good ones
    std::string cipher_suites; ///< of TLS 1.3; empty: the good ones
    TlsVersion minimum = TlsVersion::v1_2;
    bool require_certificate = false;
    bool check_client_dates = true;
    std::string
        psk_file; ///< lines "identity:hexadecimal key"; not empty: keys instead of certificates
    std::string psk_hint;
    std::string keylog_file;
};

struct TlsClientSettings {
    std::string ca_file;
    std::string ca_path;
    bool system_cas = false; ///< those of the operating system as well
    TlsKeyPair key_pair;     ///< empty: none
    SecretString key_passphrase;
    std::string ciphers;
    std::string cipher_suites;
    TlsVersion minimum = TlsVersion::v1_2;
    bool verify = true; ///< false: any server is believed
    std::string alpn;   ///< empty: none
    std::string psk_identity;
    std::string psk_key; ///< hexadecimal
    std::string keylog_file;
};

/// Which setting something is wrong with.
enum class TlsSetting : std::uint8_t {
    certificate_file,
    key_file,
    ca_file,
    ca_path,
    crl_file,
    ciphers,
    cipher_suites,
    psk_file,
    psk_hint,
    psk_key,
    keylog_file,
    alpn,
};

struct TlsProblem {
    TlsSetting setting = TlsSetting::certificate_file;
    std::size_t index = 0; ///< of the key pair
    std::string message; ///< follows the name of the setting: `"a.pem": No such file or directory`
    std::string hint;
};

using TlsProblems = std::vector<TlsProblem>;

} // namespace crypto
