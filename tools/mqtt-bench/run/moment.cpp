#include "tools/mqtt-bench/run/moment.hpp"

namespace bench {

Moment look(const Fleet& fleet, const BrokerProbe& probe) {
    return {now_ns(), probe.cpu(), probe.memory(), fleet.totals()};
}

double seconds_between(const Moment& from, const Moment& to) {
    return static_cast<double>(to.time - from.time) / 1e9;
}

void add_rate(
    Report& report,
    const std::string& key,
    const std::string& label,
    std::uint64_t count,
    double seconds
) {
    const double rate = static_cast<double>(count) / seconds;
    report.add({key + "_per_s", label, rate, Unit::per_second, true});
}

void add_growth(
    Report& report,
    const std::string& label,
    const Memory& from,
    const Memory& to,
    std::uint64_t pieces
) {
    if (from.resident == 0 || pieces == 0) return;
    const double grown = static_cast<double>(to.resident) - static_cast<double>(from.resident);
    const double each = grown / static_cast<double>(pieces);
    report.add({"bytes_each", "broker memory a " + label, each, Unit::bytes, true});
}

} // namespace bench
