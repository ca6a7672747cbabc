// The retained messages seen from a shard: sends each message and each question to the shard that
// keeps the topic, and answers the questions for its own part a few nodes a turn, so that a
// subscription to
// "#" holds up nobody. Shard thread only.
#pragma once

#include "tools/mqttd/publish/publish_pipeline.hpp"
#include "tools/mqttd/retained/retained_query.hpp"
#include "tools/mqttd/retained/retained_store.hpp"
#include "tools/mqttd/shard/mailroom.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace mqttd {

struct RetainedAnswer {
    unsigned shard;
    BatchMail batch;
};

class RetainedDesk final : public RetainedSink {
public:
    RetainedDesk(ShardContext& context, Mailroom& mailroom)
        : context_(context), mailroom_(mailroom), store_(context) {}

    void store_retained(const MessagePtr& message) override;

    /// Looks at this shard only; what others have is not known.
    [[nodiscard]] bool may_have(unsigned shard, std::string_view filter) const {
        return shard != context_.index || store_.may_have(filter);
    }

    /// Asks a shard; the answer comes as a batch.
    void query(unsigned shard, RetainedQuery query);

    void on_mail(RetainMail& mail);

    void on_mail(QueryMail& mail) { queries_.push_back(std::move(mail)); }

    [[nodiscard]] bool has_questions() const { return !queries_.empty(); }

    /// Answers the oldest question; the caller hands the batch to the shard named in it.
    [[nodiscard]] RetainedAnswer answer();

    /// Takes expired messages out, some nodes a call; true when a whole round is complete.
    bool sweep() { return store_.sweep(sweep_cursor_, sweep_budget); }

    [[nodiscard]] RetainedStore& store() { return store_; }

private:
    static constexpr std::size_t nodes_a_query = 128;
    static constexpr std::size_t sweep_budget = 1024;

    ShardContext& context_;
    Mailroom& mailroom_;
    RetainedStore store_;
    std::deque<QueryMail> queries_;
    std::string sweep_cursor_;
};

} // namespace mqttd
