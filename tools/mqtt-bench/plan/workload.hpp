// The workloads by name: what each is for and the group of clients it starts from, which options
// then change. Data; any thread.
#pragma once

#include "tools/mqtt-bench/plan/plan.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace bench {

enum class Workload : std::uint8_t {
    connect,
    subscribe,
    publish,
    pairs,
    fan_out,
    fan_in,
    wildcard,
    shared,
    retained,
    offline,
    scenario,
};

struct WorkloadRow {
    Workload workload;
    std::string_view name;
    std::string_view purpose;
    std::uint32_t publishers;
    std::uint32_t subscribers;
    std::string_view topic;
    std::string_view filter;
    std::uint64_t messages; ///< of each publisher; 0 = for a time
    mqtt::Qos qos;
};

[[nodiscard]] std::span<const WorkloadRow> workload_table();

[[nodiscard]] const WorkloadRow* find_workload(std::string_view name);
[[nodiscard]] const WorkloadRow& row_of(Workload workload);

/// The group that the workload starts from; scenario has none of its own.
[[nodiscard]] Group group_of(const WorkloadRow& row);

} // namespace bench
