#include "tools/mqttd/auth/success_cache.hpp"

namespace mqttd {

bool SuccessCache::knows(std::string_view user, std::string_view password, base::SteadyTime now)
    const {
    const Digest digest = digest_.of(user, password);
    const std::lock_guard lock(mutex_);
    const auto found = until_.find(digest);
    return found != until_.end() && now < found->second;
}

void SuccessCache::add(std::string_view user, std::string_view password, base::SteadyTime now) {
    const Digest digest = digest_.of(user, password);
    const base::SteadyTime end = now + life;
    const std::lock_guard lock(mutex_);
    until_[digest] = end;
    in_order_.emplace_back(end, digest);
    while (in_order_.size() > most_entries || in_order_.front().first <= now) {
        const auto [its_end, oldest] = in_order_.front();
        in_order_.pop_front();
        const auto found = until_.find(oldest);
        if (found != until_.end() && found->second == its_end) until_.erase(found);
    }
}

} // namespace mqttd
