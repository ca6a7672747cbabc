// What a delivery costs from the router to a subscriber that writes the packet into its output, for
// one subscriber and for a hundred.
#include "common/base/entropy.hpp"
#include "tests/bench/micro_topics.hpp"
#include "tools/mqttd/routing/router.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

namespace bench {
namespace {

class SilentLog final : public base::Log {
public:
    [[nodiscard]] bool enabled(base::LogLevel) const override { return false; }

    void write(base::LogLevel, std::string) override {}
};

/// There is only one shard.
class NoExchange final : public mqttd::Exchange {
public:
    void announce_interest(std::string_view, bool) override {}

    void announce_members(const mqttd::SharedKeyPtr&, mqttd::MemberCount) override {}

    void forward(unsigned, const mqttd::MessagePtr&) override {}

    void forward_shared(
        unsigned, const mqttd::MessagePtr&, const mqttd::SharedKeyPtr&, mqttd::ShardMask
    ) override {}
};

/// Copies topic and payload, as a QoS 0 delivery does.
class CopyingSubscriber final : public mqttd::Subscriber {
public:
    explicit CopyingSubscriber(std::uint64_t number) : Subscriber(number) {}

    ~CopyingSubscriber() = default;

    void deliver(mqttd::InboundMessage& message, const mqttd::Subscription&) override {
        if (output_.size() > 65'536) output_.clear();
        base::append(output_, base::as_bytes(message.parts().topic));
        base::append(output_, message.parts().payload);
    }

    [[nodiscard]] bool deliver_shared(
        mqttd::InboundMessage& message,
        const mqttd::Subscription& subscription,
        const mqttd::SharedKeyPtr&,
        bool
    ) override {
        deliver(message, subscription);
        return true;
    }

    [[nodiscard]] bool is_online() const override { return true; }

    [[nodiscard]] bool merges_overlapping() const override { return true; }

private:
    base::ByteBuffer output_;
};

/// Arguments: subscribers of the topic, filters that have nothing to do with it.
void deliver(benchmark::State& state) {
    base::FixedEntropy entropy{1};
    SilentLog log;
    mqttd::BrokerTotals totals;
    mqttd::ShardContext context{
        0, 1, std::make_shared<const mqttd::BrokerConfig>(), entropy, log, totals};
    NoExchange exchange;
    mqttd::Router router{context, exchange};
    std::vector<std::unique_ptr<CopyingSubscriber>> subscribers;
    for (std::int64_t count = 0; count < state.range(0); ++count) {
        subscribers.push_back(
            std::make_unique<CopyingSubscriber>(static_cast<std::uint64_t>(count) + 1)
        );
        router.subscribe(*subscribers.back(), device_topic(0), {});
    }
    for (std::int64_t number = 1; number <= state.range(1); ++number)
        router.subscribe(*subscribers.front(), device_topic(static_cast<std::size_t>(number)), {});
    const std::string topic = device_topic(0);
    const std::string payload(64, 'p');
    mqttd::MessageParts parts;
    parts.topic = topic;
    parts.payload = base::as_bytes(payload);
    for (auto _ : state) {
        mqttd::InboundMessage message{parts, context.shapes};
        benchmark::DoNotOptimize(router.route(message));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(deliver)->Args({1, 0})->Args({1, 100'000})->Args({100, 0});

} // namespace
} // namespace bench
