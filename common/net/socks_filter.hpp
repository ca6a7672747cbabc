// The client's side of SOCKS5 as a byte filter: asks a proxy to connect to a server, then passes
// bytes on as they are. The proxy looks up the name. Sans-io; owned by the stream of one
// connection. [RFC 1928] [RFC 1929]
#pragma once

#include "common/base/byte_filter.hpp"
#include "common/net/destination.hpp"

#include <cstddef>
#include <cstdint>

namespace net {

class SocksFilter final : public base::ByteFilter {
public:
    /// server: a name of at most 255 bytes, or an address.
    SocksFilter(SocksProxy proxy, HostPort server);

    void start(base::ByteBuffer& wire) override;
    void receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) override;
    void send(base::Bytes plain, base::ByteBuffer& wire) override;

    void close(base::ByteBuffer& /*wire*/) override {}

    [[nodiscard]] const char* opening_name() const override { return "proxy handshake"; }

private:
    enum class Step : std::uint8_t { method, login, reply };

    void take_step(base::ByteBuffer& wire);
    void take_method(base::ByteBuffer& wire);
    void take_login(base::ByteBuffer& wire);
    void take_reply();
    void log_in(base::ByteBuffer& wire);
    void ask(base::ByteBuffer& wire);
    void await(Step step, std::size_t size);

    SocksProxy proxy_;
    HostPort server_;
    Step step_ = Step::method;
    base::ByteBuffer answer_;     ///< what has come of the answer that is awaited
    std::size_t answer_size_ = 2; ///< how much of it has to come before it can be looked at
};

} // namespace net
