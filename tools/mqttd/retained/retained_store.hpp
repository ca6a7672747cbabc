// The retained messages whose topics hash to this shard. Expired ones vanish when they are met or
// swept. Shard thread only; the limits count over all shards (BrokerTotals). [MQTT5 3.3.1.3]
#pragma once

#include "common/mqtt/topic/topic_tree.hpp"
#include "tools/mqttd/context/shard_context.hpp"
#include "tools/mqttd/persistence/records.hpp"
#include "tools/mqttd/publish/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mqttd {

/// One step of a replay: what was found, and where to go on; an empty cursor means that the walk is
/// complete.
struct RetainedBatch {
    std::vector<MessagePtr> messages;
    std::string cursor;
};

class RetainedStore {
public:
    explicit RetainedStore(ShardContext& context)
        : context_(context), tree_(context.entropy.next()) {}

    RetainedStore(const RetainedStore&) = delete;
    RetainedStore& operator=(const RetainedStore&) = delete;
    ~RetainedStore();

    /// Keeps the message, or removes the topic's message when the payload is empty. False: over a
    /// limit, not kept. [MQTT-3.3.1-5] [MQTT-3.3.1-6]
    bool store(const MessagePtr& message);

    /// Puts back what was kept, as this row; limits are not looked at.
    void restore(const MessagePtr& message, StoreId row);

    /// false: certainly no message that the filter matches; one look.
    [[nodiscard]] bool may_have(std::string_view filter) const;

    /// The next messages that a filter matches, from the cursor of the batch before (empty at
    /// first); visits at most budget nodes of the tree.
    [[nodiscard]] RetainedBatch
    find(std::string_view filter, std::string_view cursor, std::size_t budget);

    /// Removes expired messages, at most budget nodes a call; cursor as in find(). True when the
    /// round is complete.
    bool sweep(std::string& cursor, std::size_t budget);

    [[nodiscard]] std::size_t size() const { return tree_.size(); }

    void dump(std::string& out);

private:
    struct TopicOf {
        std::string_view operator()(const MessagePtr& message) const { return message->topic(); }
    };

    void remove(std::string_view topic);
    void put(const MessagePtr& message);
    void forget(const MessagePtr& message);
    void keep(const MessagePtr& message) const;
    void drop_kept(const MessagePtr& message) const;
    [[nodiscard]] bool over_limit(const MessagePtr& message, const MessagePtr* replaced) const;

    ShardContext& context_;
    mqtt::topic::TopicTree<MessagePtr, TopicOf> tree_;
};

/// The shard that keeps the retained message of a topic.
[[nodiscard]] unsigned retained_shard(std::string_view topic, unsigned shard_count);

} // namespace mqttd
