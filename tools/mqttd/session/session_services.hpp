// What sessions use of their shard. Owned by Shard; interfaces that session owns and the shard
// implements. Shard thread.
#pragma once

#include "tools/mqttd/context/shard_context.hpp"
#include "tools/mqttd/publish/publish_pipeline.hpp"
#include "tools/mqttd/retained/retained_query.hpp"
#include "tools/mqttd/routing/router.hpp"
#include "tools/mqttd/session/replay.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace mqttd {

class Session;

/// A SUBACK that waits until every other shard knows of the new filters, and the replays that
/// follow it.
struct PendingSuback {
    std::uint64_t session = 0;
    std::uint64_t connection = 0;
    base::ByteBuffer packet;
    std::uint64_t group = 0; ///< of the journal, with the subscriptions; 0: nothing to wait for
    std::vector<WaitingReplay> replays;
};

class SessionServices {
public:
    SessionServices(
        ShardContext& shard_context, Router& shard_router, PublishPipeline& shard_pipeline
    )
        : context(shard_context), router(shard_router), pipeline(shard_pipeline) {}

    SessionServices(const SessionServices&) = delete;
    SessionServices& operator=(const SessionServices&) = delete;

    /// How many announcements to other shards there have been.
    [[nodiscard]] virtual std::uint64_t announcements() const = 0;
    /// Calls the session's on_interest_known() once all other shards have confirmed every
    /// announcement so far.
    virtual void when_confirmed(PendingSuback suback) = 0;
    /// false: that shard has certainly no retained message that the filter matches.
    [[nodiscard]] virtual bool may_have_retained(unsigned shard, std::string_view filter) const = 0;
    virtual void query_retained(unsigned shard, RetainedQuery query) = 0;
    /// The session is over: it is removed and destroyed at the end of the turn.
    virtual void retire(Session& session) = 0;

    ShardContext& context;
    Router& router;
    PublishPipeline& pipeline;

protected:
    ~SessionServices() = default;
};

} // namespace mqttd
