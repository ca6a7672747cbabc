#include "tools/mqtt-bench/run/stream.hpp"

#include "tools/mqtt-bench/run/moment.hpp"

#include <algorithm>

namespace bench {

namespace {

bool has_end(const Plan& plan) {
    return std::all_of(plan.groups.begin(), plan.groups.end(), [](const Group& group) {
        return group.publishers == 0 || group.messages != 0;
    });
}

bool wants_acknowledgements(const Plan& plan) {
    return std::any_of(plan.groups.begin(), plan.groups.end(), [](const Group& group) {
        return group.publishers != 0 && group.qos != mqtt::Qos::at_most_once;
    });
}

bool all_arrived(const Totals& now) {
    return now.delivered() >= now.expected;
}

} // namespace

void drain(Fleet& fleet) {
    const bool acknowledged = wants_acknowledgements(fleet.plan());
    fleet.wait_until([&](const Totals& now) {
        return all_arrived(now) && (!acknowledged || now.acknowledged + now.refused >= now.sent);
    });
    if (fleet.totals().expected == 0) fleet.ping(Role::publishers);
}

namespace {

void add_throughput(
    Report& report, const BrokerProbe& probe, const Moment& from, const Moment& to
) {
    const double seconds = seconds_between(from, to);
    const std::uint64_t sent = to.totals.sent - from.totals.sent;
    const std::uint64_t delivered = to.totals.delivered() - from.totals.delivered();
    report.add({"seconds", "measured for", seconds, Unit::seconds, false});
    add_rate(report, "messages", "messages sent", sent, seconds);
    if (delivered != 0) add_rate(report, "deliveries", "deliveries", delivered, seconds);
    const std::uint64_t cpu = to.cpu - from.cpu;
    if (delivered != 0) {
        probe.add_cpu(report, "cpu_per_delivery_ns", "broker CPU a delivery", cpu, delivered);
    }
    probe.add_cpu(report, "cpu_per_message_ns", "broker CPU a message", cpu, sent);
    if (!probe.on()) return;
    const double share = static_cast<double>(cpu) / static_cast<double>(to.time - from.time);
    report.add({"broker_cores", "broker cores busy", share, Unit::count, false});
}

} // namespace

void add_outcome(Report& report, const Totals& totals) {
    const auto add = [&](const char* key, const char* label, std::uint64_t value) {
        report.add({key, label, static_cast<double>(value), Unit::count, false});
    };
    add("sent", "sent in all", totals.sent);
    add("expected", "expected deliveries", totals.expected);
    add("received", "received", totals.received);
    add("lost", "lost", totals.lost());
    add("duplicates", "duplicates", totals.duplicates);
    add("order_violations", "order violations", totals.late);
    add("refused", "refused", totals.refused);
    add("connections_lost", "connections lost", totals.disconnected);
    if (totals.foreign != 0) add("foreign", "messages of others", totals.foreign);
    report.lost = totals.lost() + totals.refused;
    report.connections_lost = totals.disconnected;
    report.order_broken = totals.late != 0;
}

Report run_stream(Fleet& fleet, const BrokerProbe& probe) {
    const Plan& plan = fleet.plan();
    fleet.connect(Role::subscribers);
    fleet.subscribe();
    fleet.connect(Role::publishers);
    const bool ends = has_end(plan);
    const std::uint64_t start = now_ns();
    Moment from = look(fleet, probe);
    if (ends) fleet.measure(start, UINT64_MAX);
    fleet.order([&](Worker& worker) { worker.start_publishing(start); });
    if (ends) {
        const std::uint64_t publishers = fleet.count(Role::publishers);
        fleet.wait_until([&](const Totals& now) { return now.finished_publishers >= publishers; });
        drain(fleet);
    } else {
        fleet.wait_for(plan.warm_up);
        from = look(fleet, probe);
        fleet.measure(from.time, UINT64_MAX);
        fleet.wait_for(plan.duration);
    }
    const Moment to = look(fleet, probe);
    if (!ends) fleet.measure(from.time, to.time);
    Report report;
    add_throughput(report, probe, from, to);
    probe.add_memory(report);
    fleet.order([](Worker& worker) { worker.stop_publishing(); });
    if (!ends) drain(fleet);
    const Worker::Latencies latencies = fleet.latencies();
    report.add_latency("latency", "latency", latencies.delivery);
    report.add_latency("ack_latency", "acknowledgement", latencies.acknowledgement);
    add_outcome(report, fleet.totals());
    fleet.disconnect(Role::publishers);
    fleet.disconnect(Role::subscribers);
    return report;
}

} // namespace bench
