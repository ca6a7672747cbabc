// The PROXY protocol header in front of a connection as a byte filter: it takes the header off and
// tells who really connected; everything after it passes unchanged. Sans-io.
#pragma once

#include "common/base/byte_filter.hpp"
#include "common/net/proxy_header.hpp"

#include <optional>

namespace net {

class ProxyFilter final : public base::ByteFilter {
public:
    /// requires_tls: a header that does not tell of TLS is not good enough; version 2 only.
    explicit ProxyFilter(ProxyVersion version, bool requires_tls = false)
        : version_(version), requires_tls_(requires_tls) {}

    void receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) override;

    void send(base::Bytes plain, base::ByteBuffer& wire) override { base::append(wire, plain); }

    void close(base::ByteBuffer& /*wire*/) override {}

    [[nodiscard]] const char* opening_name() const override { return "PROXY header"; }

    /// Once it is open; nullopt: the socket's peer counts.
    [[nodiscard]] const std::optional<ProxySource>& source() const { return source_; }

private:
    ProxyVersion version_;
    bool requires_tls_;
    base::ByteBuffer header_; ///< as far as it has come
    std::optional<ProxySource> source_;
};

} // namespace net
