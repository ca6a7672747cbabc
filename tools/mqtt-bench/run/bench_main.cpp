#include "tools/mqtt-bench/run/bench_main.hpp"

#include "common/cli/error.hpp"
#include "tools/mqtt-bench/options/settings.hpp"
#include "tools/mqtt-bench/run/progress.hpp"
#include "tools/mqtt-bench/run/run_workload.hpp"

#include <unistd.h>

#include <iostream>
#include <stdexcept>

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

} // namespace

cli::Outcome bench_main(cli::ToolContext& context) {
    const auto settings = read_settings(context);
    if (!settings) return {};
    try {
        return run_once(context, *settings);
    } catch (const RunError& error) {
        throw cli::ToolError(cli::ExitCode::connect_failed, error.what(), error.hint);
    } catch (const std::invalid_argument& error) {
        throw cli::UsageError(error.what());
    }
}

} // namespace bench
