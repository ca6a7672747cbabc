#include "tools/mqtt-bench/plan/workload.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace bench {

namespace {

using mqtt::Qos;

// clang-format off
constexpr std::array table{
    WorkloadRow{Workload::connect, "connect", "open connections, hold them, close them",
                0, 1000, "", "bench/{i}/{n}", 0, Qos::at_most_once},
    WorkloadRow{Workload::subscribe, "subscribe", "subscribe many filters",
                0, 100, "", "bench/{i}/{n}", 0, Qos::at_most_once},
    WorkloadRow{Workload::publish, "publish", "publish to nobody",
                10, 0, "bench/{i}", "", 0, Qos::at_most_once},
    WorkloadRow{Workload::pairs, "pairs", "publishers with a subscriber each",
                10, 10, "bench/{i}", "bench/{i}", 0, Qos::at_most_once},
    WorkloadRow{Workload::fan_out, "fan-out", "one publisher, many subscribers",
                1, 100, "bench/all", "bench/all", 0, Qos::at_most_once},
    WorkloadRow{Workload::fan_in, "fan-in", "many publishers, one subscriber",
                100, 1, "bench/all", "bench/all", 0, Qos::at_most_once},
    WorkloadRow{Workload::wildcard, "wildcard", "subscribers with wildcard filters",
                1, 10, "bench/{i}/{n%10}/telemetry", "bench/+/+/telemetry", 0, Qos::at_most_once},
    WorkloadRow{Workload::shared, "shared", "a shared subscription",
                10, 10, "bench/{i}", "$share/bench/bench/+", 0, Qos::at_most_once},
    WorkloadRow{Workload::retained, "retained", "store retained messages, replay them, clear them",
                1, 1, "bench/retained/{i}/{n}", "bench/retained/#", 10'000, Qos::at_most_once},
    WorkloadRow{Workload::offline, "offline", "queue for offline sessions, then drain",
                10, 10, "bench/{i}", "bench/{i}", 1000, Qos::at_least_once},
    WorkloadRow{Workload::scenario, "scenario", "groups of clients from a file",
                0, 0, "", "", 0, Qos::at_most_once},
};
// clang-format on

} // namespace

std::span<const WorkloadRow> workload_table() {
    return table;
}

const WorkloadRow* find_workload(std::string_view name) {
    const auto* found = std::find_if(table.begin(), table.end(), [&](const WorkloadRow& row) {
        return row.name == name;
    });
    return found == table.end() ? nullptr : found;
}

const WorkloadRow& row_of(Workload workload) {
    return table[static_cast<std::size_t>(workload)];
}

Group group_of(const WorkloadRow& row) {
    Group group;
    group.name = row.name;
    group.publishers = row.publishers;
    group.subscribers = row.subscribers;
    group.topic = TopicTemplate(row.topic);
    group.filter = TopicTemplate(row.filter);
    group.messages = row.messages;
    group.qos = row.qos;
    group.retain = row.workload == Workload::retained;
    group.keeps_session = row.workload == Workload::offline;
    group.delivers_later = group.retain || group.keeps_session;
    if (row.workload == Workload::connect) group.filters_each = 0;
    if (row.workload == Workload::subscribe) group.filters_each = 1000;
    return group;
}

} // namespace bench
