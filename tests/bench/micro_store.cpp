// What the store costs for each message with one row: putting both, dropping both, and both soon
// after each other, in commits of so many messages of 256 bytes; without fsync. CPU is the whole
// process: checkpoints are in it.
#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/persistence/sqlite_store.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bench {
namespace {

using mqttd::Change;
using mqttd::StoreId;

class SilentLog final : public base::Log {
public:
    [[nodiscard]] bool enabled(base::LogLevel) const override { return false; }

    void write(base::LogLevel, std::string) override {}
};

class NoReader final : public mqttd::StoreReader {
public:
    void on_session(mqttd::SessionRecord) override {}

    void on_subscription(mqttd::SubscriptionRecord) override {}

    void on_unreleased(StoreId, mqtt::PacketId) override {}

    void on_message(StoreId, const mqttd::MessageParts&) override {}

    void on_row(mqttd::RowRecord) override {}
};

const mqttd::StoreTimes now{base::SteadyTime{}, base::WallTime{}};

/// A store and the next ids to put and to drop.
class Bench {
public:
    explicit Bench(benchmark::State& state)
        : batch_(static_cast<std::size_t>(state.range(0)))
        , stride_(static_cast<StoreId>(state.range(1)))
        , store_(open(folder_, log_)) {
        const std::string payload(256, 'p');
        message_ = mqttd::Message::create(
            {.topic = "buildings/7/floors/3/rooms/42/temperature",
             .properties = {},
             .payload = base::as_bytes(payload),
             .qos = mqtt::Qos::at_least_once}
        );
    }

    /// Messages and rows share their ids: both count for themselves.
    void put_batch() {
        changes_.clear();
        for (std::size_t number = 0; number < batch_; ++number) {
            const StoreId id = std::exchange(next_put_, next_put_ + stride_);
            Change message;
            message.kind = Change::Kind::put_message;
            message.id = id;
            message.message = message_;
            changes_.push_back(std::move(message));
            Change row;
            row.kind = Change::Kind::put_row;
            row.id = id;
            row.session = 1 + id % 1000;
            row.message_id = id;
            row.qos = mqtt::Qos::at_least_once;
            changes_.push_back(std::move(row));
        }
        commit();
    }

    void drop_batch() {
        changes_.clear();
        for (std::size_t number = 0; number < batch_; ++number) {
            const StoreId id = std::exchange(next_drop_, next_drop_ + stride_);
            for (const Change::Kind kind : {Change::Kind::drop_row, Change::Kind::drop_message}) {
                Change change;
                change.kind = kind;
                change.id = id;
                changes_.push_back(std::move(change));
            }
        }
        commit();
    }

    [[nodiscard]] StoreId waiting() const { return (next_put_ - next_drop_) / stride_; }

    [[nodiscard]] std::size_t batch() const { return batch_; }

private:
    static std::unique_ptr<mqttd::Store> open(const test::TemporaryFolder& folder, base::Log& log) {
        auto opened =
            mqttd::open_sqlite_store({.path = folder.path("bench.store")}, log, base::WallTime{});
        if (opened.has_error()) std::abort();
        NoReader reader;
        if ((*opened)->load(reader, now).has_error()) std::abort();
        return std::move(*opened);
    }

    void commit() {
        if (store_->commit(changes_, now).has_error()) std::abort();
    }

    test::TemporaryFolder folder_;
    SilentLog log_;
    std::size_t batch_;
    StoreId stride_; ///< from one id to the next
    std::unique_ptr<mqttd::Store> store_;
    mqttd::MessagePtr message_;
    std::vector<Change> changes_;
    StoreId next_put_ = 1;
    StoreId next_drop_ = 1;
};

void finish(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["cpu_per_message"] = benchmark::Counter(
        static_cast<double>(state.iterations() * state.range(0)),
        benchmark::Counter::kIsRate | benchmark::Counter::kInvert
    );
}

void store_put(benchmark::State& state) {
    Bench bench(state);
    for (auto _ : state)
        bench.put_batch();
    finish(state);
}

void store_drop(benchmark::State& state) {
    Bench bench(state);
    const auto wanted = static_cast<StoreId>(state.max_iterations) * bench.batch();
    while (bench.waiting() < wanted)
        bench.put_batch();
    for (auto _ : state)
        bench.drop_batch();
    finish(state);
}

void store_put_and_drop(benchmark::State& state) {
    Bench bench(state);
    for (auto _ : state) {
        bench.put_batch();
        if (bench.waiting() > 10'000) bench.drop_batch();
    }
    finish(state);
}

// Messages in one commit; 1: ids follow each other, 2: every other id is not there.
BENCHMARK(store_put)
    ->Args({1, 1})
    ->Args({16, 1})
    ->Args({256, 1})
    ->Unit(benchmark::kMicrosecond)
    ->MeasureProcessCPUTime();
BENCHMARK(store_drop)
    ->Args({256, 1})
    ->Args({256, 2})
    ->Unit(benchmark::kMicrosecond)
    ->MeasureProcessCPUTime();
BENCHMARK(store_put_and_drop)
    ->Args({16, 1})
    ->Args({256, 1})
    ->Unit(benchmark::kMicrosecond)
    ->MeasureProcessCPUTime();

} // namespace
} // namespace bench
