// What one step of a message's way costs, without sockets: decoding, encoding, matching,
// delivering. bench_micro --benchmark_filter=match shows a part; docs/decisions/filter-tree.md
// quotes figures.
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/topic/filter_tree.hpp"
#include "tests/bench/micro_topics.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

namespace bench {
namespace {

using mqtt::ProtocolVersion;
using mqtt::Qos;

base::ByteBuffer publish_packet(Qos qos, ProtocolVersion version) {
    const std::string topic = device_topic(1);
    const std::string payload(64, 'p');
    mqtt::Publish publish;
    publish.qos = qos;
    publish.packet_id = qos == Qos::at_most_once ? mqtt::PacketId{0} : mqtt::PacketId{7};
    publish.topic = topic;
    publish.payload = base::as_bytes(payload);
    base::ByteBuffer packet;
    mqtt::codec::encode(publish, version, packet);
    return packet;
}

void decode_publish(benchmark::State& state, ProtocolVersion version) {
    const base::ByteBuffer packet = publish_packet(Qos::at_least_once, version);
    for (auto _ : state) {
        const auto read = mqtt::codec::next_frame(packet, 0);
        auto decoded = mqtt::codec::decode_publish(read.frame, version, mqtt::Sender::client);
        benchmark::DoNotOptimize(decoded);
    }
}

void encode_publish(benchmark::State& state, ProtocolVersion version) {
    const base::ByteBuffer packet = publish_packet(Qos::at_least_once, version);
    const auto read = mqtt::codec::next_frame(packet, 0);
    const auto decoded = mqtt::codec::decode_publish(read.frame, version, mqtt::Sender::client);
    base::ByteBuffer out;
    for (auto _ : state) {
        out.clear();
        mqtt::codec::encode(*decoded, version, out);
        benchmark::DoNotOptimize(out.data());
    }
}

BENCHMARK_CAPTURE(decode_publish, v311, ProtocolVersion::v311);
BENCHMARK_CAPTURE(decode_publish, v5, ProtocolVersion::v5);
BENCHMARK_CAPTURE(encode_publish, v311, ProtocolVersion::v311);
BENCHMARK_CAPTURE(encode_publish, v5, ProtocolVersion::v5);

/// As large as what the router keeps for a filter.
struct Value {
    void* words[4] = {};
};

using Tree = mqtt::topic::FilterTree<Value>;

void fill(Tree& tree, std::size_t filters, bool wildcards) {
    for (std::size_t number = 0; number < filters; ++number)
        tree.add(wildcards ? device_filter(number) : device_topic(number));
}

/// A hundred topics in turn among many filters, as a busy broker sees them.
void match(benchmark::State& state, bool wildcards) {
    const auto filters = static_cast<std::size_t>(state.range(0));
    Tree tree{0x5EED};
    fill(tree, filters, wildcards);
    std::vector<std::string> topics;
    for (std::size_t number = 0; number < 100; ++number)
        topics.push_back(device_topic(number * 7919 % filters));
    std::size_t matched = 0;
    std::size_t next = 0;
    for (auto _ : state) {
        tree.match(topics[next], [&](Value&) { ++matched; });
        next = next + 1 == topics.size() ? 0 : next + 1;
    }
    state.counters["matched"] =
        static_cast<double>(matched) / static_cast<double>(state.iterations());
    state.counters["bytes_a_filter"] =
        static_cast<double>(tree.memory_bytes()) / static_cast<double>(tree.size());
}

void add_and_erase(benchmark::State& state, bool wildcards) {
    const auto filters = static_cast<std::size_t>(state.range(0));
    Tree tree{0x5EED};
    fill(tree, filters, wildcards);
    const std::string filter =
        wildcards ? "bench/+/one-more/sensor/#" : "bench/site/one-more/sensor";
    for (auto _ : state) {
        tree.add(filter);
        tree.erase(filter);
    }
}

BENCHMARK_CAPTURE(match, exact, false)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(match, wildcards, true)->Arg(1'000)->Arg(100'000);
BENCHMARK_CAPTURE(add_and_erase, exact, false)->Arg(100'000);
BENCHMARK_CAPTURE(add_and_erase, wildcards, true)->Arg(100'000);

} // namespace
} // namespace bench

BENCHMARK_MAIN();
