// The values below $SYS/broker, worked out from the shards' counters. Owned by the broker and used
// on the main thread, every sys_interval; it publishes nothing itself, it returns what to publish
// (QoS 2, retained). No clock, no sockets: time is an argument.
#pragma once

#include "common/base/clock.hpp"
#include "tools/mqttd/sys/counters.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mqttd {

struct SysMessage {
    std::string topic; ///< "$SYS/broker/…"
    std::string payload;
};

class SysTree {
public:
    /// Asked once an update for heap/current; private_bytes() outside of tests.
    using HeapSource = std::function<std::uint64_t()>;

    /// started: the zero of the uptime and of the first load interval.
    SysTree(std::string version, base::SteadyTime started, HeapSource heap);

    /// What changed since the update before, everything the first time. A load counts as changed
    /// when it is at least 0.01 away from what was published last. shards: every shard's counters,
    /// always the same ones.
    [[nodiscard]] std::vector<SysMessage>
    update(const std::vector<const Counters*>& shards, base::SteadyTime now);

private:
    struct Load {
        std::uint64_t last_total = 0;
        std::array<double, 3> averages{};
        std::array<std::string, 3> published;
    };

    void add_head(std::vector<SysMessage>& out, base::SteadyTime now) const;
    void add_numbers(std::vector<SysMessage>& out, const std::vector<const Counters*>& shards);
    void add_heap(std::vector<SysMessage>& out);
    void add_loads(
        std::vector<SysMessage>& out, const std::vector<const Counters*>& shards, double seconds
    );

    std::string version_;
    HeapSource heap_;
    base::SteadyTime started_;
    base::SteadyTime last_update_;
    bool first_ = true;
    std::vector<std::optional<std::uint64_t>>
        numbers_;             ///< as published, in the order of sys_topics()
    std::vector<Load> loads_; ///< in the order of sys_loads()
    std::optional<std::uint64_t> heap_current_;
    std::optional<std::uint64_t> heap_maximum_;
};

} // namespace mqttd
