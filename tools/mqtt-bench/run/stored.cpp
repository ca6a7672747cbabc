#include "tools/mqtt-bench/run/stored.hpp"

#include "tools/mqtt-bench/run/moment.hpp"
#include "tools/mqtt-bench/run/stream.hpp"

#include <string>

namespace bench {

namespace {

/// Publishes all there is and waits until the broker has it.
void store(Fleet& fleet) {
    const std::uint64_t start = now_ns();
    fleet.measure(start, UINT64_MAX);
    fleet.order([&](Worker& worker) { worker.start_publishing(start); });
    const std::uint64_t publishers = fleet.count(Role::publishers);
    fleet.wait_until([&](const Totals& now) { return now.finished_publishers >= publishers; });
    const bool acknowledged = fleet.plan().groups.front().qos != mqtt::Qos::at_most_once;
    fleet.wait_until([&](const Totals& now) {
        return !acknowledged || now.acknowledged + now.refused >= now.sent;
    });
    if (!acknowledged) fleet.ping(Role::publishers);
    fleet.measure(UINT64_MAX, UINT64_MAX);
}

void add_step(
    Report& report,
    const BrokerProbe& probe,
    const std::string& verb,
    const Moment& from,
    const Moment& to
) {
    const bool stores = to.totals.sent != from.totals.sent;
    const std::uint64_t count = stores ? to.totals.sent - from.totals.sent
                                       : to.totals.delivered() - from.totals.delivered();
    add_rate(report, verb, verb, count, seconds_between(from, to));
    probe.add_cpu(
        report, "cpu_per_" + verb + "_ns", "broker CPU a message " + verb, to.cpu - from.cpu, count
    );
}

void wait_for_all(Fleet& fleet) {
    fleet.wait_until([](const Totals& now) { return now.delivered() >= now.expected; });
}

} // namespace

Report run_retained(Fleet& fleet, const BrokerProbe& probe) {
    Report report;
    fleet.connect(Role::publishers);
    const Moment start = look(fleet, probe);
    store(fleet);
    const Moment stored = look(fleet, probe);
    add_step(report, probe, "stored", start, stored);
    add_growth(report, "message", start.memory, stored.memory, stored.totals.sent);
    report.add_latency("ack_latency", "acknowledgement", fleet.latencies().acknowledgement);
    if (fleet.count(Role::subscribers) != 0) {
        fleet.connect(Role::subscribers);
        const Moment before = look(fleet, probe);
        fleet.subscribe();
        wait_for_all(fleet);
        add_step(report, probe, "replayed", before, look(fleet, probe));
        fleet.disconnect(Role::subscribers);
    }
    probe.add_memory(report);
    add_outcome(report, fleet.totals());
    fleet.order([](Worker& worker) { worker.clear_retained(); });
    fleet.ping(Role::publishers);
    fleet.disconnect(Role::publishers);
    return report;
}

Report run_offline(Fleet& fleet, const BrokerProbe& probe) {
    Report report;
    fleet.connect(Role::subscribers, true); // ends what an earlier run may have left
    fleet.disconnect(Role::subscribers);
    fleet.connect(Role::subscribers, false);
    fleet.subscribe();
    fleet.disconnect(Role::subscribers);
    fleet.connect(Role::publishers);
    const Moment start = look(fleet, probe);
    store(fleet);
    const Moment stored = look(fleet, probe);
    add_step(report, probe, "queued", start, stored);
    add_growth(report, "queued message", start.memory, stored.memory, stored.totals.expected);
    report.add_latency("ack_latency", "acknowledgement", fleet.latencies().acknowledgement);
    probe.add_memory(report);
    const Moment before = look(fleet, probe);
    fleet.connect(Role::subscribers, false);
    wait_for_all(fleet);
    add_step(report, probe, "drained", before, look(fleet, probe));
    add_outcome(report, fleet.totals());
    fleet.disconnect(Role::publishers);
    fleet.disconnect(Role::subscribers);
    fleet.connect(Role::subscribers, true);
    fleet.disconnect(Role::subscribers);
    return report;
}

} // namespace bench
