// What all shards share about one listener: its settings and how many connections it has. The
// settings are replaced at reload by the shards themselves (through the configuration snapshot);
// the counts are atomic, the counts per address are behind a mutex and only kept when
// max_connections_per_address is set.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace mqttd {

class ListenerState {
public:
    explicit ListenerState(std::size_t index) : index_(index) {}

    /// Which of BrokerConfig::listeners it is.
    [[nodiscard]] std::size_t index() const { return index_; }

    /// Counts one more connection from this address; false when a limit of the listener is reached.
    /// Any thread.
    [[nodiscard]] bool admit(const ListenerConfig& config, const std::string& address);
    void leave(const std::string& address);

    [[nodiscard]] std::int64_t connections() const {
        return connections_.load(std::memory_order_relaxed);
    }

private:
    [[nodiscard]] bool admit_address(const ListenerConfig& config, const std::string& address);

    const std::size_t index_;
    std::atomic<std::int64_t> connections_{0};
    std::atomic<bool> counts_addresses_{false};
    std::mutex mutex_;
    std::unordered_map<std::string, std::int64_t> by_address_;
};

} // namespace mqttd
