// The answer of a name server. Whatever comes: what is read of it can be put in order, and each
// server is in that order once.
#include "common/base/assert.hpp"
#include "common/net/srv_record.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto records = net::parse_srv_answer({data, size});
    base::FixedEntropy entropy(size);
    const auto order = net::in_order_of_trial(records, entropy);
    MIDGE_ASSERT(order.size() == records.size(), "a server got lost");
    const bool named = std::none_of(order.begin(), order.end(), [](const net::HostPort& server) {
        return server.host.empty();
    });
    MIDGE_ASSERT(named, "a server without a name");
    return 0;
}
