// One side of TLS, ready for connections: certificates, keys and rules in OpenSSL's form. Made at
// start, at reload and by --test-config from files; immutable then, shared by the connections of
// all threads, which keep the one they began with.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"
#include "common/crypto/tls/psk_file.hpp"
#include "common/crypto/tls/tls_settings.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;

namespace crypto {

class TlsContext {
public:
    using Result = base::Result<std::shared_ptr<const TlsContext>, TlsProblems>;

    /// Either all is well or every problem is told.
    [[nodiscard]] static Result for_server(const TlsServerSettings& settings);
    [[nodiscard]] static Result for_client(const TlsClientSettings& settings);

    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ~TlsContext();

    [[nodiscard]] bool is_server() const { return is_server_; }

    [[nodiscard]] bool verifies_server() const { return verifies_server_; }

    /// Shared keys take the place of certificates.
    [[nodiscard]] bool uses_keys() const { return !psk_keys_.empty(); }

    /// What works, but hardly as meant: a certificate that has expired.
    [[nodiscard]] const TlsProblems& warnings() const { return warnings_; }

    /// A new connection of this side.
    [[nodiscard]] ssl_st* new_connection() const;

private:
    struct Setup;
    struct Callbacks;

    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };

    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    explicit TlsContext(bool is_server) : is_server_(is_server) {}

    const bool is_server_;
    bool verifies_server_ = false;
    /// The first is for whoever names no server, or one that no certificate is for.
    std::vector<std::unique_ptr<ssl_ctx_st, Free>> contexts_;
    PskKeys psk_keys_;
    std::string psk_identity_; ///< of a client
    std::unique_ptr<std::FILE, CloseFile> keylog_;
    TlsProblems warnings_;
};

} // namespace crypto
