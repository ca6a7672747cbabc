// A session's question for retained messages to the shard that keeps them; it travels between
// shards. The answer is a RetainedBatch with the same two numbers.
#pragma once

#include <cstdint>
#include <string>

namespace mqttd {

struct RetainedQuery {
    std::uint64_t session = 0; ///< number of the session that asks
    std::uint64_t replay = 0;  ///< which of its replays; an answer to an old one is ignored
    std::string filter;
    std::string cursor;
};

} // namespace mqttd
