#include "tools/mqttd/connection/listener_state.hpp"

namespace mqttd {

bool ListenerState::admit(const ListenerConfig& config, const std::string& address) {
    const std::int64_t before = connections_.fetch_add(1, std::memory_order_acq_rel);
    const bool within = config.max_connections < 0 || before < config.max_connections;
    if (within && admit_address(config, address)) return true;
    connections_.fetch_sub(1, std::memory_order_acq_rel);
    return false;
}

bool ListenerState::admit_address(const ListenerConfig& config, const std::string& address) {
    if (config.max_connections_per_address < 0) return true;
    const std::lock_guard lock(mutex_);
    counts_addresses_.store(true, std::memory_order_relaxed);
    std::int64_t& count = by_address_[address];
    if (count >= config.max_connections_per_address) return false;
    ++count;
    return true;
}

void ListenerState::leave(const std::string& address) {
    connections_.fetch_sub(1, std::memory_order_acq_rel);
    if (!counts_addresses_.load(std::memory_order_relaxed)) return;
    const std::lock_guard lock(mutex_);
    const auto found = by_address_.find(address);
    if (found != by_address_.end() && --found->second <= 0) by_address_.erase(found);
}

} // namespace mqttd
