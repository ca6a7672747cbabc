#include "tools/mqttd/app/housekeeping.hpp"

#include "tools/mqttd/sys/memory.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

constexpr std::chrono::seconds memory_interval{1};

} // namespace

Housekeeping::Housekeeping(Shard& shard, std::vector<const Counters*> counters, SysTree sys_tree)
    : shard_(shard)
    , counters_(std::move(counters))
    , sys_tree_(std::move(sys_tree))
    , sys_timer_(*this)
    , memory_timer_(*this) {
    ShardContext& context = shard_.context();
    context.timers.set(sys_timer_, context.now);
    context.timers.set(memory_timer_, context.now + memory_interval);
    if (context.journal != nullptr) shard_.publish_store_state(StoreState::working);
}

void Housekeeping::on_timer(Timer& timer, base::SteadyTime now) {
    if (&timer == &sys_timer_) {
        publish_sys(now);
    } else {
        look_at_memory(now);
    }
}

// The interval may be switched on and off by a reload, so that the timer goes on with 0 too.
void Housekeeping::publish_sys(base::SteadyTime now) {
    ShardContext& context = shard_.context();
    const std::chrono::seconds interval = context.config->sys_interval;
    context.timers.set(sys_timer_, now + std::max(interval, std::chrono::seconds(1)));
    if (interval.count() == 0) return;
    for (const SysMessage& message : sys_tree_.update(counters_, now)) {
        shard_.publish({
            .topic = message.topic,
            .properties = {},
            .payload = base::as_bytes(message.payload),
            .qos = mqtt::Qos::exactly_once,
            .retain = true,
        });
    }
}

void Housekeeping::look_at_memory(base::SteadyTime now) {
    ShardContext& context = shard_.context();
    context.timers.set(memory_timer_, now + memory_interval);
    const std::size_t limit = context.config->limits.memory_limit;
    const bool exhausted = limit > 0 && private_bytes() > limit;
    const bool was_exhausted = context.totals.memory_exhausted.exchange(exhausted);
    if (exhausted == was_exhausted) return;
    context.write_log(base::LogLevel::warning, [&] {
        return exhausted ? "memory_limit " + std::to_string(limit) +
                               " is reached: new clients and messages are refused"
                         : std::string("below memory_limit again");
    });
}

} // namespace mqttd
