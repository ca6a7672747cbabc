// The public half of a key pair, out of a certificate, a request or a private key. A counted value:
// copies share what does not change. Any thread.
#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;

namespace crypto {

class PublicKey {
public:
    /// Takes over the key, which is not null.
    explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

    /// "EC P-256", "RSA 2048 bits", "Ed25519"
    [[nodiscard]] std::string description() const;

    /// Why nobody should use such a key any more; empty: nothing against it.
    [[nodiscard]] std::string weakness() const;

    [[nodiscard]] bool is_rsa() const;

    friend bool operator==(const PublicKey& left, const PublicKey& right);

    [[nodiscard]] evp_pkey_st* native() const { return key_.get(); }

private:
    std::shared_ptr<evp_pkey_st> key_;
};

} // namespace crypto
