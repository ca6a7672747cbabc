// SRV records: what a DNS answer says, and in which order a client tries the servers. Pure; the
// answer is read with the C library's parser. [RFC 2782]
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/entropy.hpp"
#include "common/net/destination.hpp"

#include <cstdint>
#include <vector>

namespace net {

struct SrvRecord {
    std::uint16_t priority = 0; ///< smaller ones first
    std::uint16_t weight = 0;   ///< among those of one priority: how often it is the first
    HostPort server;            ///< the host is "." where the service is not offered
};

/// The SRV records among the answers of a DNS message; empty for one that cannot be read.
[[nodiscard]] std::vector<SrvRecord> parse_srv_answer(base::Bytes message);

/// As RFC 2782 says: by priority, and by chance according to the weights within one.
[[nodiscard]] std::vector<HostPort>
in_order_of_trial(std::vector<SrvRecord> records, base::Entropy& entropy);

} // namespace net
