#include "tools/mqttd/auth/login_limiter.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace mqttd {

namespace {

constexpr double seconds_a_minute = 60;
constexpr std::size_t network_bytes = 8; // who has one address of IPv6 has the other 2^64 as well

/// The text that stands for everybody who shares the address.
std::string network_of(std::string_view address) {
    std::string text(address);
    std::array<char, sizeof(in6_addr)> bytes{};
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    return {bytes.data(), network_bytes};
}

double minutes_between(base::SteadyTime from, base::SteadyTime to) {
    return std::chrono::duration<double>(to - from).count() / seconds_a_minute;
}

} // namespace

void LoginLimiter::set_limits(const Limits& limits) {
    const std::lock_guard lock(mutex_);
    limits_ = limits;
}

LoginLimiter::Keys LoginLimiter::keys_of(std::string_view address, std::string_view user) const {
    const std::string network = network_of(address);
    return {
        digest_.of("address", network),
        digest_.of("user", user),
        digest_.of(network + " is", user)};
}

LoginLimiter::Entry* LoginLimiter::find(const Key& key) {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &*found->second;
}

LoginLimiter::Entry& LoginLimiter::make(const Key& key, base::SteadyTime now) {
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        by_use_.splice(by_use_.begin(), by_use_, found->second);
        return by_use_.front();
    }
    if (by_use_.size() >= most_entries) {
        by_key_.erase(by_use_.back().key);
        by_use_.pop_back();
    }
    by_use_.push_front({key, 0, now});
    by_key_.emplace(key, by_use_.begin());
    return by_use_.front();
}

bool LoginLimiter::has_left(const Key& key, std::uint32_t limit, base::SteadyTime now) {
    const Entry* const entry = find(key);
    if (limit == 0 || entry == nullptr) return true;
    return entry->failures - limit * minutes_between(entry->updated, now) <= limit - 1.0;
}

void LoginLimiter::count(const Key& key, std::uint32_t limit, base::SteadyTime now) {
    Entry& entry = make(key, now);
    const double made_up = limit * minutes_between(entry.updated, now);
    entry.failures = std::max(0.0, entry.failures - made_up) + 1;
    entry.updated = now;
}

bool LoginLimiter::allows(std::string_view address, std::string_view user, base::SteadyTime now) {
    const Keys keys = keys_of(address, user);
    const std::lock_guard lock(mutex_);
    if (find(keys.pair) != nullptr) return has_left(keys.pair, limits_.per_user, now);
    return has_left(keys.address, limits_.per_address, now) &&
           has_left(keys.user, limits_.per_user, now);
}

void LoginLimiter::failed(std::string_view address, std::string_view user, base::SteadyTime now) {
    const Keys keys = keys_of(address, user);
    const std::lock_guard lock(mutex_);
    if (find(keys.pair) != nullptr) return count(keys.pair, limits_.per_user, now);
    count(keys.address, limits_.per_address, now);
    count(keys.user, limits_.per_user, now);
}

void LoginLimiter::succeeded(
    std::string_view address, std::string_view user, base::SteadyTime now
) {
    const Keys keys = keys_of(address, user);
    const std::lock_guard lock(mutex_);
    make(keys.pair, now);
}

std::size_t LoginLimiter::size() const {
    const std::lock_guard lock(mutex_);
    return by_use_.size();
}

} // namespace mqttd
