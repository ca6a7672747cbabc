// The records of a TLS 1.3 server after the handshake: takes them apart, and makes those that go
// out. OpenSSL does the handshake and hands its secrets over; from there a connection needs the
// keys only, some hundred bytes instead of OpenSSL's 14 kB. What a client may still send is
// application data, key updates and alerts; everything else ends the connection. RFC 8446,
// sections 4.6.3, 5 and
// 6. Sans-io; owned by the TLS filter. Why: docs/decisions/0010.
#pragma once

#include "common/base/bytes.hpp"
#include "common/crypto/tls/tls13_keys.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace crypto {

class Tls13Records {
public:
    enum class State : std::uint8_t { open, closed, failed };

    /// The keys of both directions; the client's first.
    Tls13Records(std::unique_ptr<Tls13Keys> reading, std::unique_ptr<Tls13Keys> writing);
    Tls13Records(const Tls13Records&) = delete;
    Tls13Records& operator=(const Tls13Records&) = delete;
    ~Tls13Records();

    /// Takes all of input, cut anywhere. Content is appended to plain, answers (key updates, the
    /// alert of a failure) to wire.
    void receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire);
    void send(base::Bytes plain, base::ByteBuffer& wire);
    /// Says close_notify.
    void close(base::ByteBuffer& wire);

    [[nodiscard]] State state() const { return state_; }

    /// Why it has failed, in words.
    [[nodiscard]] const std::string& error() const { return error_; }

private:
    class Cipher;

    [[nodiscard]] std::size_t
    take_record(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire);
    void
    handle(std::uint8_t type, std::size_t start, base::ByteBuffer& plain, base::ByteBuffer& wire);
    void handle_alert(base::Bytes content);
    void handle_handshake(base::Bytes content, base::ByteBuffer& wire);
    void write_record(std::uint8_t type, base::Bytes content, base::ByteBuffer& wire);
    void update_own_keys(base::ByteBuffer& wire);
    void fail(std::uint8_t alert, std::string why, base::ByteBuffer& wire);

    std::unique_ptr<Tls13Keys> reading_;
    std::unique_ptr<Tls13Keys> writing_;
    std::unique_ptr<Cipher> opener_; ///< during a call
    std::unique_ptr<Cipher> sealer_; ///< during a call
    base::ByteBuffer incomplete_;    ///< the beginning of a record
    std::string error_;
    State state_ = State::open;
};

} // namespace crypto
