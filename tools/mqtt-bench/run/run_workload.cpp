#include "tools/mqtt-bench/run/run_workload.hpp"

#include "tools/mqtt-bench/run/broker_probe.hpp"
#include "tools/mqtt-bench/run/idle.hpp"
#include "tools/mqtt-bench/run/stored.hpp"
#include "tools/mqtt-bench/run/stream.hpp"

namespace bench {

Report run_workload(
    const Settings& settings,
    std::optional<pid_t> pid,
    const std::function<void(const Totals&)>& watch
) {
    const BrokerProbe probe(pid);
    Fleet fleet(settings.plan, watch);
    Report report;
    switch (settings.workload) {
    case Workload::connect:
        report = run_connect(fleet, probe, settings.hold);
        break;
    case Workload::subscribe:
        report = run_subscribe(fleet, probe);
        break;
    case Workload::retained:
        report = run_retained(fleet, probe);
        break;
    case Workload::offline:
        report = run_offline(fleet, probe);
        break;
    default:
        report = run_stream(fleet, probe);
        break;
    }
    report.workload = row_of(settings.workload).name;
    return report;
}

} // namespace bench
