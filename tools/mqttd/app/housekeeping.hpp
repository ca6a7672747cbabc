// What the broker does by the clock: the $SYS topics and the look at memory_limit. Runs on shard 0
// with its timers, and publishes like a client that may write below $SYS. Owned by Broker.
#pragma once

#include "tools/mqttd/shard/shard.hpp"
#include "tools/mqttd/sys/sys_tree.hpp"

#include <vector>

namespace mqttd {

class Housekeeping final : private Timer::Handler {
public:
    /// shard: the one to run on; counters: of all shards. Both outlive it. Starts at once.
    Housekeeping(Shard& shard, std::vector<const Counters*> counters, SysTree sys_tree);
    ~Housekeeping() = default;

private:
    void on_timer(Timer& timer, base::SteadyTime now) override;
    void publish_sys(base::SteadyTime now);
    void look_at_memory(base::SteadyTime now);

    Shard& shard_;
    std::vector<const Counters*> counters_;
    SysTree sys_tree_;
    Timer sys_timer_;
    Timer memory_timer_;
};

} // namespace mqttd
