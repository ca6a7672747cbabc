#include "tools/mqttd/sys/sys_tree.hpp"

#include "tools/mqttd/sys/sys_topics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace mqttd {
namespace {

struct LoadPeriod {
    const char* suffix;
    double seconds;
};

constexpr std::array<LoadPeriod, 3> load_periods = {
    {{"/1min", 60.0}, {"/5min", 300.0}, {"/15min", 900.0}}};

std::string topic_of(std::string_view name) {
    std::string topic = "$SYS/broker/";
    topic += name;
    return topic;
}

// A gauge that moved from one shard to another between two reads can make the sum dip below zero
// for a moment.
std::uint64_t total_of(CounterValue value, const std::vector<const Counters*>& shards) {
    std::uint64_t sum = 0;
    for (const Counters* const shard : shards) {
        sum += value(*shard);
    }
    return static_cast<std::int64_t>(sum) < 0 ? 0 : sum;
}

std::string two_decimals(double value) {
    std::array<char, 400> text{}; // the longest double has 309 digits before the point
    const int size = std::snprintf(text.data(), text.size(), "%.2f", value);
    return {text.data(), static_cast<std::size_t>(size)};
}

// average = rate + e^(-seconds/period) * (average - rate); rate is the growth for a minute.
void move_averages(std::array<double, 3>& averages, double rate, double seconds) {
    for (std::size_t period = 0; period < load_periods.size(); ++period) {
        const double kept = std::exp(-seconds / load_periods[period].seconds);
        averages[period] = rate + kept * (averages[period] - rate);
    }
}

void add_if_changed(
    std::vector<SysMessage>& out,
    const char* name,
    std::uint64_t value,
    std::optional<std::uint64_t>& published
) {
    if (published != value) {
        published = value;
        out.push_back({topic_of(name), std::to_string(value)});
    }
}

} // namespace

SysTree::SysTree(std::string version, base::SteadyTime started, HeapSource heap)
    : version_(std::move(version))
    , heap_(std::move(heap))
    , started_(started)
    , last_update_(started)
    , numbers_(sys_topics().size())
    , loads_(sys_loads().size()) {}

std::vector<SysMessage>
SysTree::update(const std::vector<const Counters*>& shards, base::SteadyTime now) {
    std::vector<SysMessage> out;
    add_head(out, now);
    add_numbers(out, shards);
    add_heap(out);
    add_loads(out, shards, std::chrono::duration<double>(now - last_update_).count());
    last_update_ = std::max(last_update_, now);
    first_ = false;
    return out;
}

void SysTree::add_head(std::vector<SysMessage>& out, base::SteadyTime now) const {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    const auto uptime = duration_cast<seconds>(now - started_);
    if (first_) {
        out.push_back({topic_of("version"), version_});
    }
    if (first_ || uptime != duration_cast<seconds>(last_update_ - started_)) {
        out.push_back({topic_of("uptime"), std::to_string(uptime.count()) + " seconds"});
    }
}

void SysTree::add_numbers(
    std::vector<SysMessage>& out, const std::vector<const Counters*>& shards
) {
    const auto rows = sys_topics();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::uint64_t value = total_of(rows[i].value, shards);
        if (rows[i].kind == SysKind::maximum) {
            value = std::max(value, numbers_[i].value_or(0));
        }
        add_if_changed(out, rows[i].name, value, numbers_[i]);
    }
}

void SysTree::add_heap(std::vector<SysMessage>& out) {
    const std::uint64_t bytes = heap_();
    add_if_changed(out, "heap/current", bytes, heap_current_);
    add_if_changed(out, "heap/maximum", std::max(bytes, heap_maximum_.value_or(0)), heap_maximum_);
}

void SysTree::add_loads(
    std::vector<SysMessage>& out, const std::vector<const Counters*>& shards, double seconds
) {
    const auto rows = sys_loads();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Load& load = loads_[i];
        const std::uint64_t total = total_of(rows[i].value, shards);
        if (seconds > 0.0) {
            const std::uint64_t grown = total - std::min(total, load.last_total);
            const double rate = static_cast<double>(grown) * 60.0 / seconds;
            move_averages(load.averages, rate, seconds);
            load.last_total = total;
        }
        for (std::size_t period = 0; period < load_periods.size(); ++period) {
            std::string text = two_decimals(load.averages[period]);
            if (text != load.published[period]) {
                out.push_back({topic_of("load/") + rows[i].name + load_periods[period].suffix, text}
                );
                load.published[period] = std::move(text);
            }
        }
    }
}

} // namespace mqttd
