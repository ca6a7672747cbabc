// Several byte filters as one: bytes of the wire go through all of them upwards, plain bytes
// downwards. A filter starts when the one below it is open. Sans-io; owned by what owns the socket.
#pragma once

#include "common/base/byte_filter.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace net {

class FilterChain final : public base::ByteFilter {
public:
    /// From the wire upwards, before anything is received. At least one.
    void add(std::unique_ptr<base::ByteFilter> filter) { filters_.push_back(std::move(filter)); }

    void start(base::ByteBuffer& wire) override { start_from(0, wire); }

    void receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) override;
    void send(base::Bytes plain, base::ByteBuffer& wire) override;
    void close(base::ByteBuffer& wire) override;
    void ping(base::ByteBuffer& wire) override;

    [[nodiscard]] const char* opening_name() const override;

private:
    void start_from(std::size_t index, base::ByteBuffer& wire);
    void
    pass_up(std::size_t index, base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire);
    void pass_down(std::size_t index, base::Bytes output, base::ByteBuffer& wire);
    void take_state();

    std::vector<std::unique_ptr<base::ByteFilter>> filters_;
};

} // namespace net
