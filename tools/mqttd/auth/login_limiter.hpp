// How often logins may fail: for each address and for each user name, so many a minute. Where a
// user has logged in before, only what fails there counts against it, so that strangers cannot lock
// a user out. Bounded in memory; what was not used for longest is forgotten. Any thread (a mutex of
// its own).
#pragma once

#include "common/base/clock.hpp"
#include "common/base/entropy.hpp"
#include "common/crypto/keyed_digest.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string_view>

namespace mqttd {

class LoginLimiter {
public:
    /// Failures a minute, which may also come at once; 0: any number.
    struct Limits {
        std::uint32_t per_address = 0;
        std::uint32_t per_user = 0;
    };

    static constexpr std::size_t most_entries = 16'384;

    LoginLimiter(const Limits& limits, base::Entropy& entropy)
        : digest_(entropy), limits_(limits) {}

    void set_limits(const Limits& limits);

    /// Whether a login may be tried. Logins that are being checked do not count yet.
    [[nodiscard]] bool
    allows(std::string_view address, std::string_view user, base::SteadyTime now);
    void failed(std::string_view address, std::string_view user, base::SteadyTime now);
    void succeeded(std::string_view address, std::string_view user, base::SteadyTime now);

    /// Entries in memory.
    [[nodiscard]] std::size_t size() const;

private:
    using Key = crypto::KeyedDigest::Digest;

    struct Entry {
        Key key;
        double failures = 0; ///< not made up for by time yet
        base::SteadyTime updated;
    };

    struct Keys {
        Key address;
        Key user;
        Key pair; ///< there while the user is at home at the address
    };

    using Entries = std::list<Entry>;

    [[nodiscard]] Keys keys_of(std::string_view address, std::string_view user) const;
    [[nodiscard]] Entry* find(const Key& key);
    Entry& make(const Key& key, base::SteadyTime now);
    [[nodiscard]] bool has_left(const Key& key, std::uint32_t limit, base::SteadyTime now);
    void count(const Key& key, std::uint32_t limit, base::SteadyTime now);

    const crypto::KeyedDigest digest_;
    mutable std::mutex mutex_;
    Limits limits_;
    Entries by_use_; ///< the front was used last
    std::map<Key, Entries::iterator> by_key_;
};

} // namespace mqttd
