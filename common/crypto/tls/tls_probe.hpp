// A TLS client that looks instead of judging: it finishes the handshake with whatever certificate
// the server shows and tells what it saw; who uses it verifies. Works on a connected socket that
// does not block and belongs to the caller, who waits for it. One thread.
#pragma once

#include "common/base/bytes.hpp"
#include "common/crypto/certificate.hpp"
#include "common/crypto/private_key.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;

namespace crypto {

enum class ProbedVersion : std::uint8_t { tls_1_0, tls_1_1, tls_1_2, tls_1_3 };

/// "TLSv1.2"
[[nodiscard]] std::string_view name_of(ProbedVersion version);

struct ClientIdentity {
    std::vector<Certificate> chain; ///< the client's own first
    PrivateKey key;
};

struct TlsProbeSettings {
    std::string server_name;              ///< for SNI; empty for an address
    std::string alpn;                     ///< one protocol; empty: none
    std::optional<ProbedVersion> version; ///< only this one; else 1.2 and 1.3
    std::optional<ClientIdentity> identity;
};

class TlsProbe {
public:
    enum class Step : std::uint8_t {
        done,
        wants_read,
        wants_write,
        closed, ///< by the other side
        failed, ///< error() says why
    };

    /// Throws std::runtime_error when OpenSSL cannot even begin.
    TlsProbe(int socket, const TlsProbeSettings& settings);
    TlsProbe(const TlsProbe&) = delete;
    TlsProbe& operator=(const TlsProbe&) = delete;
    ~TlsProbe();

    [[nodiscard]] Step shake_hands();
    /// Appends what there is.
    [[nodiscard]] Step read(base::ByteBuffer& out);
    /// Takes what was written off the front of bytes.
    [[nodiscard]] Step write(base::Bytes& bytes);

    [[nodiscard]] const std::string& error() const { return error_; }

    // --- after the handshake ---

    [[nodiscard]] std::string version() const; ///< "TLSv1.3"
    [[nodiscard]] std::string cipher() const;
    [[nodiscard]] std::string alpn() const;
    /// As the server sent it, its own first.
    [[nodiscard]] std::vector<Certificate> chain() const;

    [[nodiscard]] bool asks_for_certificate() const { return asks_; }

private:
    struct Free {
        void operator()(ssl_st* connection) const;
        void operator()(ssl_ctx_st* context) const;
    };

    [[nodiscard]] Step step_of(int result);

    std::unique_ptr<ssl_ctx_st, Free> context_;
    std::unique_ptr<ssl_st, Free> connection_;
    bool asks_ = false;
    std::string error_;
};

} // namespace crypto
