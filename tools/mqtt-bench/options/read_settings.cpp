#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/read_options.hpp"
#include "common/cli/read_whole.hpp"
#include "tools/mqtt-bench/options/option_rows.hpp"
#include "tools/mqtt-bench/options/settings.hpp"
#include "tools/mqtt-bench/plan/scenario_file.hpp"

#include <algorithm>

namespace bench {

namespace {

constexpr std::size_t largest_scenario = std::size_t{1024} * 1024;

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
            "no workload has this name (got " + base::in_quotes(name) + ")",
            "it is one of " + workload_names()
        );
    }
    arguments.erase(arguments.begin());
    return row;
}

/// The word after "scenario"; empty when help is asked for instead.
std::string take_file(std::vector<std::string>& arguments) {
    if (!arguments.empty() && arguments.front().starts_with("--help")) return {};
    if (arguments.empty() || arguments.front().starts_with('-')) {
        throw cli::UsageError("scenario needs a file", "mqtt-bench scenario FILE [option...]");
    }
    std::string file = arguments.front();
    arguments.erase(arguments.begin());
    return file;
}

std::vector<Group> groups_of(const Settings& settings) {
    if (settings.workload != Workload::scenario) return {settings.group};
    const std::string& path = settings.scenario_file;
    try {
        return parse_scenario(cli::read_file(path, largest_scenario, "the scenario file"), path);
    } catch (const ScenarioError& error) {
        throw cli::UsageError(error.what(), error.hint);
    }
}

/// "--compare A B" is short for "--compare A --compare B".
void spread_compare(std::vector<std::string>& arguments) {
    const auto at = std::find(arguments.begin(), arguments.end(), "--compare");
    if (arguments.end() - at < 3 || (at + 2)->starts_with('-')) return;
    arguments.insert(at + 2, "--compare");
}

bool was_used(const std::vector<Used>& used, std::string_view name) {
    return std::any_of(used.begin(), used.end(), [&](const Used& each) {
        return each.name == name;
    });
}

void check_comparison(const Settings& settings, const std::vector<Used>& used) {
    if (settings.compare.empty()) {
        for (const char* name : {"--runs", "--pin"}) {
            if (was_used(used, name)) throw cli::UsageError(std::string(name) + " needs --compare");
        }
        return;
    }
    if (settings.compare.size() != 2) {
        throw cli::UsageError(
            "--compare needs two commands (got " + std::to_string(settings.compare.size()) + ")"
        );
    }
    for (const char* name : {"--host", "--port", "--pid"}) {
        if (was_used(used, name)) {
            throw cli::UsageError(
                std::string(name) + " contradicts --compare, which starts the brokers"
            );
        }
    }
}

void check_stored(const Settings& settings) {
    const std::string name(row_of(settings.workload).name);
    const Group& group = settings.group;
    if (group.messages == 0) throw cli::UsageError("--messages must be at least 1 for " + name);
    const std::uint64_t period = group.topic.period();
    if (settings.workload == Workload::retained && period != 0 && period < group.messages) {
        throw cli::UsageError(
            "--topic: only the last message of a topic is retained, so each needs its own",
            "put {n} into the topic"
        );
    }
    if (settings.workload == Workload::offline && group.qos == mqtt::Qos::at_most_once) {
        throw cli::UsageError("--qos must be 1 or 2 for offline: QoS 0 need not be queued");
    }
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
    if (stores) check_stored(settings);
    check_comparison(settings, used);
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
        if (row->workload == Workload::scenario) {
            settings.scenario_file = take_file(context.arguments);
        }
    }
    spread_compare(context.arguments);
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
    settings.plan.groups = groups_of(settings);
    return settings;
}

} // namespace bench
