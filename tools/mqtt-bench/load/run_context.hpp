// What all workers of a run share. Everything but the atomics and the rings is written before the
// threads start.
#pragma once

#include "tools/mqtt-bench/load/publisher.hpp"
#include "tools/mqtt-bench/measure/seen_ring.hpp"
#include "tools/mqtt-bench/plan/roster.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace bench {

class Worker;

/// Where a publisher lives, for those who report its deliveries.
struct FlowHome {
    Publisher* publisher = nullptr;
    Worker* worker = nullptr;
    std::uint32_t client = 0; ///< index in the worker
};

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

struct RunContext {
    const Plan* plan = nullptr;
    const Roster* roster = nullptr;
    std::uint32_t run = 0; ///< marks the messages of this run
    SocketAddress broker;
    std::vector<SocketAddress> sources;
    std::vector<FlowHome> flows;

    /// By group: for shared subscriptions, by flow, what any member has seen; empty for others.
    std::vector<std::vector<std::unique_ptr<SeenRing>>> shared;

    /// Messages stamped from here on, until there, count in the latencies. Nanoseconds.
    std::atomic<std::uint64_t> measure_from = UINT64_MAX;
    std::atomic<std::uint64_t> measure_until = UINT64_MAX;

    [[nodiscard]] bool v5() const { return plan->target.version == mqtt::ProtocolVersion::v5; }
};

/// The steady clock in nanoseconds.
[[nodiscard]] std::uint64_t now_ns();

} // namespace bench
