#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/read_options.hpp"
#include "tools/mqtt-bench/options/option_rows.hpp"
#include "tools/mqtt-bench/options/settings.hpp"

#include <algorithm>

namespace bench {

namespace {

constexpr std::string_view examples = "  mqtt-bench pairs --pid $(pidof mqttd)\n"
                                      "  mqtt-bench fan-out --subscribers 1000 --rate 100\n";

std::string workload_names() {
    std::string names;
    for (const WorkloadRow& row : workload_table()) {
        names += (names.empty() ? "" : "|") + std::string(row.name);
    }
    return names;
}

std::string workload_lines() {
    std::string lines = "Workloads\n";
    for (const WorkloadRow& row : workload_table()) {
        lines += "  " + std::string(row.name) + std::string(12 - row.name.size(), ' ') +
                 std::string(row.purpose) + '\n';
    }
    return lines;
}

/// Takes the workload off the arguments; without one, only help may be asked for.
const WorkloadRow* take_workload(std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments.front().starts_with('-')) return nullptr;
    const std::string name = arguments.front();
    const WorkloadRow* row = find_workload(name);
    if (row == nullptr) {
        throw cli::UsageError(
            "no workload has this name (got " + cli::in_quotes(name) + ")",
            "it is one of " + workload_names()
        );
    }
    arguments.erase(arguments.begin());
    return row;
}

void check(const Settings& settings, const std::vector<Used>& used) {
    const WorkloadRow& row = row_of(settings.workload);
    for (const Used& option : used) {
        if ((option.workloads & only(settings.workload)) != 0) continue;
        throw cli::UsageError(option.name + " means nothing to " + std::string(row.name));
    }
    const Target& target = settings.plan.target;
    if (target.password && !target.user_name && target.version != mqtt::ProtocolVersion::v5) {
        throw cli::UsageError("a password without --username needs --protocol-version 5");
    }
    const bool stores =
        settings.workload == Workload::retained || settings.workload == Workload::offline;
    if (stores && settings.group.messages == 0) {
        throw cli::UsageError("--messages must be at least 1 for " + std::string(row.name));
    }
    if (settings.workload == Workload::offline && settings.group.qos == mqtt::Qos::at_most_once) {
        throw cli::UsageError("--qos must be 1 or 2 for offline: QoS 0 need not be queued");
    }
    if (settings.workload == Workload::subscribe && settings.group.filters_each == 0) {
        throw cli::UsageError("--filters must be at least 1 for subscribe");
    }
}

} // namespace

std::optional<Settings> read_settings(cli::ToolContext& context) {
    Settings settings;
    std::vector<Used> used;
    const WorkloadRow* row = take_workload(context.arguments);
    if (row != nullptr) {
        settings.workload = row->workload;
        settings.group = group_of(*row);
    }
    const std::string synopsis = "WORKLOAD [option...]";
    const std::string notes = workload_lines();
    const cli::ToolText text{
        .name = "mqtt-bench",
        .synopsis = synopsis,
        .purpose = "Put a broker under load and measure it",
        .notes = notes,
        .examples = examples,
    };
    const auto next = cli::read_options(context, text, option_table(settings, used));
    if (next == cli::NextStep::leave) return {};
    if (row == nullptr) {
        throw cli::UsageError("a workload is missing", "it is one of " + workload_names());
    }
    check(settings, used);
    settings.plan.groups = {settings.group};
    return settings;
}

} // namespace bench
