// The table behind $SYS: one row a topic, with what it shows. Names, the space in "retained
// messages/count" and the aliases are those of mosquitto 2.1, because exporters and dashboards look
// for exactly them. A new value is one counter and one row here. Pure data; nothing is read until
// SysTree asks.
#pragma once

#include "tools/mqttd/sys/counters.hpp"

#include <span>

namespace mqttd {

/// What a row reads from the counters of one shard; the sum over the shards is the value.
using CounterValue = std::uint64_t (*)(const Counters&);

enum class SysKind : std::uint8_t {
    number,  ///< the sum, a decimal integer
    maximum, ///< the highest sum seen at an update
};

struct SysTopic {
    const char* name; ///< below "$SYS/broker/"
    SysKind kind;
    CounterValue value;
};

/// A load family makes three topics, NAME/1min, NAME/5min and NAME/15min: the exponentially
/// weighted moving average of the value's growth per minute.
struct SysLoad {
    const char* name; ///< below "$SYS/broker/load/"
    CounterValue value;
};

[[nodiscard]] std::span<const SysTopic> sys_topics();
[[nodiscard]] std::span<const SysLoad> sys_loads();

} // namespace mqttd
