#include "tools/mqtt-bench/run/broker_probe.hpp"

#include "tools/mqtt-bench/load/fleet.hpp"

#include <string>

namespace bench {

BrokerProbe::BrokerProbe(std::optional<pid_t> pid) : pid_(pid) {
    if (pid_ && !cpu_time_of(*pid_)) {
        throw RunError("no process has the id " + std::to_string(*pid_));
    }
}

std::uint64_t BrokerProbe::cpu() const {
    return pid_ ? cpu_time_of(*pid_).value_or(0) : 0;
}

Memory BrokerProbe::memory() const {
    return pid_ ? memory_of(*pid_).value_or(Memory()) : Memory();
}

void BrokerProbe::add_cpu(
    Report& report,
    std::string_view key,
    std::string_view label,
    std::uint64_t cpu,
    std::uint64_t pieces
) const {
    if (!on() || pieces == 0) return;
    const double each = static_cast<double>(cpu) / static_cast<double>(pieces);
    report.add({std::string(key), std::string(label), each, Unit::nanoseconds, true});
}

void BrokerProbe::add_memory(Report& report) const {
    const Memory now = memory();
    if (now.resident == 0) return;
    report.add(
        {"broker_rss_bytes",
         "broker memory (RSS)",
         static_cast<double>(now.resident),
         Unit::bytes,
         true}
    );
    if (now.proportional == 0) return;
    report.add(
        {"broker_pss_bytes",
         "broker memory (PSS)",
         static_cast<double>(now.proportional),
         Unit::bytes,
         true}
    );
}

} // namespace bench
