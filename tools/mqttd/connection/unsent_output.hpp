// How much of one connection's output its socket has not taken yet: its share of the gauges
// packet/out/count and packet/out/bytes. Costs nothing while the socket takes everything. Owned by
// the connection; shard thread only.
#pragma once

#include "common/base/bytes.hpp"
#include "tools/mqttd/sys/counters.hpp"

#include <cstddef>
#include <cstdint>

namespace mqttd {

class UnsentOutput {
public:
    /// After a write. output: whole packets, but for the rest of one that the write before had
    /// begun; taken: bytes of it that the socket took.
    void after_write(base::Bytes output, std::size_t taken, Counters& counters);

    /// Nothing waits any more.
    void clear(Counters& counters) { set(0, 0, counters); }

private:
    void set(std::uint32_t packets, std::uint32_t bytes, Counters& counters);

    std::uint32_t packets_ = 0;
    std::uint32_t bytes_ = 0;
    std::uint32_t begun_ = 0; ///< bytes that are left of a packet whose beginning has been sent
};

} // namespace mqttd
