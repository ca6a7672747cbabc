// What every application message passes between its arrival and its routing: limits, mount point,
// forwarded properties, retained set. One per shard; used for the clients' messages, wills and the
// broker's own. Shard thread only.
#pragma once

#include "common/mqtt/packet/packets.hpp"
#include "tools/mqttd/auth/authorizer.hpp"
#include "tools/mqttd/context/shard_context.hpp"
#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/routing/router.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mqttd {

/// Where retained messages go; the topic says to which shard. Implemented by the shard.
class RetainedSink {
public:
    virtual void store_retained(const MessagePtr& message) = 0;

protected:
    RetainedSink() = default;
    RetainedSink(const RetainedSink&) = default;
    RetainedSink& operator=(const RetainedSink&) = default;
    ~RetainedSink() = default;
};

/// Who publishes, as far as the pipeline needs to know.
struct Publisher {
    std::uint64_t number = 0; ///< session number, 0 = the broker
    std::string_view client_id;
    std::string_view user_name;
    std::size_t listener = 0;          ///< which of BrokerConfig::listeners
    const Authorizer* rules = nullptr; ///< nullptr: it may publish everywhere
    std::string_view mount_point;
    bool is_v5 = false;
};

/// What became of a message of a client.
struct Acceptance {
    /// Of PUBACK or PUBREC: success, no_matching_subscribers, or why it was not taken.
    /// [MQTT-3.3.5-1]
    mqtt::ReasonCode reason = mqtt::ReasonCode::success;
    /// Set when nobody on this shard took it and other shards have yet to tell: its fate() decides
    /// between success and quota_exceeded.
    MessagePtr undecided = {};
};

/// What a message of this publisher is kept with, if it is retained; nullopt: nothing.
[[nodiscard]] std::optional<MessageSource> source_of(const Publisher& publisher, bool retain);

/// Whether clients may not publish there: below $SYS, but for the state of their own bridges.
[[nodiscard]] bool is_reserved(std::string_view topic);

class PublishPipeline {
public:
    PublishPipeline(ShardContext& context, Router& router, RetainedSink& retained)
        : context_(context), router_(router), retained_(retained) {}

    /// Takes one message of a client; topic: the topic name after aliases.
    [[nodiscard]] Acceptance
    accept(const Publisher& publisher, const mqtt::Publish& publish, std::string_view topic);

    /// Publishes what is ready: a will, a $SYS value.
    void publish(const MessageParts& parts);

private:
    [[nodiscard]] mqtt::ReasonCode
    check(const Publisher& publisher, const mqtt::Publish& publish, std::string_view topic);
    [[nodiscard]] bool may_publish(const Publisher& publisher, std::string_view topic) const;
    [[nodiscard]] mqtt::PropertyList forwarded(mqtt::PropertyList properties);
    bool distribute(InboundMessage& message);
    [[nodiscard]] Acceptance acceptance_of(InboundMessage& message, bool matched, bool is_v5) const;

    ShardContext& context_;
    Router& router_;
    RetainedSink& retained_;
    std::string topic_scratch_;
    base::ByteBuffer property_scratch_;
};

} // namespace mqttd
