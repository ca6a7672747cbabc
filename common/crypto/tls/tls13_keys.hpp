// The keys that protect one direction of a TLS 1.3 connection after its handshake, and how they
// follow from the secret that the handshake ended with. RFC 8446, sections 7.1 to 7.3 and 5.3.
// Pure; wiped when it goes.
#pragma once

#include "common/base/bytes.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace crypto {

/// A cipher suite of TLS 1.3.
struct Tls13Suite {
    std::uint16_t id = 0;
    const char* cipher = "";                    ///< name of the AEAD for EVP_CIPHER_fetch()
    std::size_t key_size = 0;                   ///< bytes
    const EVP_MD* (*hash)() = nullptr;          ///< of HKDF
    const EVP_CIPHER* (*algorithm)() = nullptr; ///< fetched once
};

/// id: as on the wire. nullptr: none that we protect records with.
[[nodiscard]] const Tls13Suite* tls13_suite(std::uint16_t id);

inline constexpr std::size_t tls13_nonce_size = 12;
inline constexpr std::size_t tls13_tag_size = 16;
inline constexpr std::size_t longest_tls13_secret = 48;

class Tls13Keys {
public:
    using Nonce = std::array<std::uint8_t, tls13_nonce_size>;

    /// secret: the application traffic secret, as long as the suite's hash. records: how many these
    /// keys have protected already.
    Tls13Keys(const Tls13Suite& suite, base::Bytes secret, std::uint64_t records);
    Tls13Keys(const Tls13Keys&) = delete;
    Tls13Keys& operator=(const Tls13Keys&) = delete;
    ~Tls13Keys();

    [[nodiscard]] const Tls13Suite& suite() const { return suite_; }

    [[nodiscard]] const std::uint8_t* key() const { return key_.data(); }

    /// How many records these keys have protected.
    [[nodiscard]] std::uint64_t records() const { return records_; }

    /// Of the next record; each is handed out once.
    [[nodiscard]] Nonce next_nonce();

    /// The next generation, which begins to count anew. [RFC 8446 7.2]
    void update();

private:
    void derive();

    const Tls13Suite& suite_;
    std::uint64_t records_;
    std::array<std::uint8_t, longest_tls13_secret> secret_{};
    std::array<std::uint8_t, 32> key_{};
    Nonce iv_{};
};

} // namespace crypto
