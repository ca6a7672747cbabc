// One connection's TLS as a byte filter, for either side. OpenSSL reads from the bytes that came in
// and writes to the bytes that go out; nothing is buffered in between. A server's TLS 1.3 goes on
// without OpenSSL's object once the handshake is over. Sans-io; owned by what owns the socket.
#pragma once

#include "common/base/byte_filter.hpp"
#include "common/crypto/secret_string.hpp"
#include "common/crypto/tls/tls13_records.hpp"
#include "common/crypto/tls/tls_context.hpp"

#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace crypto {

class TlsFilter final : public base::ByteFilter {
public:
    /// server_name: of a client, the host or address that it wants to reach; its certificate has to
    /// be for it.
    explicit TlsFilter(std::shared_ptr<const TlsContext> context, std::string server_name = {});
    TlsFilter(const TlsFilter&) = delete;
    TlsFilter& operator=(const TlsFilter&) = delete;
    ~TlsFilter() override;

    void start(base::ByteBuffer& wire) override;
    void receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) override;
    void send(base::Bytes plain, base::ByteBuffer& wire) override;
    void close(base::ByteBuffer& wire) override;

    [[nodiscard]] const char* opening_name() const override { return "TLS handshake"; }

    // --- once it is open ---

    /// "TLSv1.3, TLS_AES_256_GCM_SHA384"
    [[nodiscard]] std::string description() const;
    /// The session of an earlier connection was taken up again.
    [[nodiscard]] bool is_resumed() const;
    /// What was agreed on by ALPN; empty: nothing.
    [[nodiscard]] std::string alpn() const;
    /// The Common Name of the other side's certificate; empty: there is no certificate, no name, or
    /// one that cannot be a user name (not UTF-8, or with a zero in it).
    [[nodiscard]] std::string peer_common_name() const;
    /// Its subject as RFC 2253 writes it; empty: no certificate.
    [[nodiscard]] std::string peer_subject() const;

    /// Of a server that works with shared keys: who the client is.
    [[nodiscard]] const std::string& psk_identity() const { return psk_identity_; }

    /// The session, to be taken up by a later connection of a client; nullptr when there is none.
    /// Before start() of the later one.
    [[nodiscard]] std::shared_ptr<void> session() const;
    void resume(const std::shared_ptr<void>& session);

    // --- from the context's callbacks ---
    enum class Side : std::uint8_t { client, server };

    void note_psk_identity(std::string_view identity, bool known);
    /// What protects the records that this side sends after a TLS 1.3 handshake.
    void note_traffic_secret(Side side, std::string_view hex);

private:
    struct Wire;

    /// What OpenSSL's object knew of a finished handshake.
    struct Known {
        std::string description;
        std::string alpn;
        std::string common_name;
        std::string subject;
        bool is_resumed = false;
    };

    struct Secrets {
        SecretString client;
        SecretString server;
    };

    struct Free {
        void operator()(ssl_st* connection) const;
    };

    void shake_hands();
    void finish_handshake(std::size_t flight);
    void take_over(std::size_t flight);
    void read(base::ByteBuffer& plain);
    void receive_records(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire);
    void fail_with(const char* what);
    [[nodiscard]] std::string wrong_name() const;

    std::shared_ptr<const TlsContext> context_;
    base::Bytes input_;                        ///< during receive()
    base::ByteBuffer* wire_ = nullptr;         ///< during a call
    std::unique_ptr<ssl_st, Free> connection_; ///< nullptr once records_ has taken over
    std::unique_ptr<Secrets> secrets_;         ///< during the handshake of a server
    std::unique_ptr<Tls13Records> records_;
    std::unique_ptr<const Known> known_; ///< with records_
    std::string server_name_;
    std::string psk_identity_;
    bool psk_unknown_ = false;
    bool first_byte_seen_ = false;
};

} // namespace crypto
