// Logins that were right a moment ago, so that a client that reconnects, or many that share a
// password, do not cost a hash each. Keeps keyed digests, no passwords; limited in number and time.
// Only successes: a wrong password always costs its full price. Any thread (a mutex of its own).
#pragma once

#include "common/base/clock.hpp"
#include "common/base/entropy.hpp"
#include "common/crypto/keyed_digest.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string_view>

namespace mqttd {

class SuccessCache {
public:
    static constexpr std::size_t most_entries = 4096;
    static constexpr std::chrono::seconds life{60};

    explicit SuccessCache(base::Entropy& entropy) : digest_(entropy) {}

    [[nodiscard]] bool
    knows(std::string_view user, std::string_view password, base::SteadyTime now) const;
    void add(std::string_view user, std::string_view password, base::SteadyTime now);

private:
    using Digest = crypto::KeyedDigest::Digest;

    const crypto::KeyedDigest digest_;
    mutable std::mutex mutex_;
    std::map<Digest, base::SteadyTime> until_;
    std::deque<std::pair<base::SteadyTime, Digest>> in_order_; ///< of their ends
};

} // namespace mqttd
