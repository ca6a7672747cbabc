#include "tools/mqtt-bench/run/idle.hpp"

#include "tools/mqtt-bench/run/moment.hpp"

namespace bench {

namespace {

constexpr std::chrono::milliseconds settle(300); // for the broker to give memory back

std::uint64_t filters_of(const Fleet& fleet) {
    const Group& group = fleet.plan().groups.front();
    return std::uint64_t{group.subscribers} * group.filters_each;
}

void add_after(Report& report, const BrokerProbe& probe, const Memory& before) {
    if (!probe.on()) return;
    const Memory after = probe.memory();
    report.add(
        {"rss_kept_bytes",
         "broker memory kept after",
         static_cast<double>(after.resident) - static_cast<double>(before.resident),
         Unit::bytes,
         false}
    );
}

} // namespace

Report run_connect(Fleet& fleet, const BrokerProbe& probe, std::chrono::nanoseconds hold) {
    Report report;
    const std::uint64_t clients = fleet.count(Role::subscribers);
    const Moment start = look(fleet, probe);
    fleet.connect(Role::subscribers);
    const Moment open = look(fleet, probe);
    if (filters_of(fleet) != 0) fleet.subscribe();
    report.add({"connections", "connections", static_cast<double>(clients), Unit::count, false});
    add_rate(report, "connections", "connection rate", clients, seconds_between(start, open));
    probe.add_cpu(
        report, "cpu_per_connection_ns", "broker CPU a connection", open.cpu - start.cpu, clients
    );
    fleet.wait_for(hold);
    const Moment held = look(fleet, probe);
    add_growth(report, "connection", start.memory, held.memory, clients);
    probe.add_memory(report);
    report.add_latency("connect", "connect", fleet.latencies().connect);
    report.connections_lost = held.totals.disconnected;
    report.add(
        {"connections_lost",
         "connections lost",
         static_cast<double>(report.connections_lost),
         Unit::count,
         false}
    );
    fleet.disconnect(Role::subscribers);
    fleet.wait_for(settle);
    add_after(report, probe, start.memory);
    return report;
}

Report run_subscribe(Fleet& fleet, const BrokerProbe& probe) {
    Report report;
    fleet.connect(Role::subscribers);
    const std::uint64_t filters = filters_of(fleet);
    const Moment start = look(fleet, probe);
    fleet.subscribe();
    const Moment end = look(fleet, probe);
    report.add({"filters", "filters", static_cast<double>(filters), Unit::count, false});
    add_rate(report, "filters", "filter rate", filters, seconds_between(start, end));
    probe.add_cpu(report, "cpu_per_filter_ns", "broker CPU a filter", end.cpu - start.cpu, filters);
    add_growth(report, "filter", start.memory, end.memory, filters);
    probe.add_memory(report);
    report.add_latency("subscribe", "SUBSCRIBE of 100", fleet.latencies().subscribe);
    report.connections_lost = end.totals.disconnected;
    fleet.disconnect(Role::subscribers);
    fleet.wait_for(settle);
    add_after(report, probe, start.memory);
    return report;
}

} // namespace bench
