// A TLS connection to a listener, for check: blocks until a deadline, and never longer. One thread.
#pragma once

#include "common/base/bytes.hpp"
#include "common/crypto/tls/tls_probe.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace mqtt_certgen {

/// The connection did not come about, or ended: what() says why.
class ConnectionFailure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class LiveConnection {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// Connects and shakes hands. Throws ConnectionFailure.
    LiveConnection(
        const std::string& host,
        std::uint16_t port,
        const crypto::TlsProbeSettings& settings,
        Deadline deadline
    );
    LiveConnection(const LiveConnection&) = delete;
    LiveConnection& operator=(const LiveConnection&) = delete;
    ~LiveConnection();

    /// Throws ConnectionFailure.
    void send(base::Bytes bytes);
    /// Appends at least one byte. Throws ConnectionFailure.
    void receive(base::ByteBuffer& out);

    [[nodiscard]] const crypto::TlsProbe& tls() const { return *tls_; }

private:
    void wait(crypto::TlsProbe::Step step, const std::string& what);

    int socket_ = -1;
    Deadline deadline_;
    std::optional<crypto::TlsProbe> tls_;
};

} // namespace mqtt_certgen
