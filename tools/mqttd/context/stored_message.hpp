// Counts what the broker keeps for later, as $SYS/broker/store/messages shows it: each message
// once, whether it is retained, in one queue or in a thousand. A message may be kept first on one
// shard and given up last on another, so only the sum of the shards means something. Any shard
// thread, with the counters of that shard.
#pragma once

#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/sys/counters.hpp"

namespace mqttd {

/// One more place keeps the message: a session's outbox or the retained set.
inline void count_kept(Counters& counters, const Message& message) {
    if (!message.keep()) return;
    counters.stored_messages.add();
    counters.stored_bytes.add(message.payload().size());
}

/// One place less.
inline void count_given_up(Counters& counters, const Message& message) {
    if (!message.give_up()) return;
    counters.stored_messages.subtract();
    counters.stored_bytes.subtract(message.payload().size());
}

} // namespace mqttd
