#include "tools/mqtt-bench/run/bench_main.hpp"

#include "common/cli/error.hpp"
#include "tools/mqtt-bench/options/settings.hpp"
#include "tools/mqtt-bench/run/broker_process.hpp"
#include "tools/mqtt-bench/run/comparison.hpp"
#include "tools/mqtt-bench/run/progress.hpp"
#include "tools/mqtt-bench/run/run_workload.hpp"

#include <unistd.h>

#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

namespace {

/// What was wrong with the messages, in words; empty when nothing.
std::string complaint(const Report& report) {
    if (report.lost != 0) return std::to_string(report.lost) + " messages were lost or refused";
    if (report.connections_lost != 0) {
        return std::to_string(report.connections_lost) + " connections ended early";
    }
    return report.order_broken ? "messages came in the wrong order" : "";
}

cli::Outcome run_once(cli::ToolContext& context, const Settings& settings) {
    Progress progress(std::cerr, isatty(STDERR_FILENO) != 0 && !context.console.quiet());
    const Report report =
        run_workload(settings, settings.pid, [&](const Totals& now) { progress.show(now); });
    context.out << (settings.json ? report.as_json() : report.as_table());
    if (const std::string words = complaint(report); !words.empty()) {
        throw cli::ToolError(cli::ExitCode::connection_lost, words);
    }
    return {};
}

/// Each run has a broker of its own: what one left behind is not there for the next.
Report run_against(
    const Settings& settings,
    const std::string& command,
    const std::function<void(const Totals&)>& watch
) {
    const BrokerProcess broker(command, settings.pin);
    Settings one = settings;
    one.plan.target.host = "127.0.0.1";
    one.plan.target.port = broker.port();
    return run_workload(one, broker.pid(), watch);
}

cli::Outcome run_comparison(cli::ToolContext& context, const Settings& settings) {
    if (settings.pin) pin_load();
    std::vector<Report> first;
    std::vector<Report> second;
    std::string words;
    {
        Progress progress(std::cerr, isatty(STDERR_FILENO) != 0 && !context.console.quiet());
        const auto watch = [&](const Totals& now) {
            progress.show(now);
        };
        for (unsigned run = 0; run < settings.runs; ++run) {
            first.push_back(run_against(settings, settings.compare[0], watch));
            second.push_back(run_against(settings, settings.compare[1], watch));
            for (const auto* runs : {&first, &second}) {
                if (!words.empty() || complaint(runs->back()).empty()) continue;
                words = std::string(runs == &first ? "A: " : "B: ") + complaint(runs->back());
            }
        }
    }
    const auto figures = compare(first, second);
    const std::string_view name = row_of(settings.workload).name;
    context.out
        << (settings.json ? comparison_json(name, figures) : comparison_table(name, figures));
    if (!words.empty()) throw cli::ToolError(cli::ExitCode::connection_lost, words);
    return {};
}

void describe(cli::Console& console, const Plan& plan) {
    for (const Group& group : plan.groups) {
        console.debug(
            group.name + ": " + std::to_string(group.publishers) + " publishers to \"" +
            group.topic.text() + "\", " + std::to_string(group.subscribers) + " subscribers to \"" +
            group.filter.text() + "\", QoS " + std::to_string(static_cast<int>(group.qos)) + ", " +
            (group.rate > 0 ? bench::show(group.rate, Unit::per_second)
                            : "window " + std::to_string(group.window))
        );
    }
}

} // namespace

cli::Outcome bench_main(cli::ToolContext& context) {
    const auto settings = read_settings(context);
    if (!settings) return {};
    try {
        describe(context.console, settings->plan);
        return settings->compare.empty() ? run_once(context, *settings)
                                         : run_comparison(context, *settings);
    } catch (const RunError& error) {
        throw cli::ToolError(cli::ExitCode::connect_failed, error.what(), error.hint);
    } catch (const std::invalid_argument& error) {
        throw cli::UsageError(error.what());
    }
}

} // namespace bench
