#include "tools/mqtt-bench/run/progress.hpp"

#include "tools/mqtt-bench/run/report.hpp"

#include <ostream>

namespace bench {

namespace {

constexpr std::chrono::milliseconds interval(500);

} // namespace

Progress::Progress(std::ostream& err, bool on) : err_(err), on_(on) {}

Progress::~Progress() {
    if (shown_) err_ << "\r\033[K" << std::flush;
}

void Progress::show(const Totals& now) {
    const auto time = std::chrono::steady_clock::now();
    if (!on_ || time - last_ < interval) return;
    const double seconds = std::chrono::duration<double>(time - last_).count();
    const double sent = static_cast<double>(now.sent - last_sent_) / seconds;
    const double received = static_cast<double>(now.received - last_received_) / seconds;
    const double elapsed = std::chrono::duration<double>(time - start_).count();
    err_ << "\r\033[K" << bench::show(elapsed, Unit::seconds) << "  " << now.connected - now.closed
         << " connections  sent " << bench::show(sent, Unit::per_second) << "  received "
         << bench::show(received, Unit::per_second);
    if (now.disconnected != 0) err_ << "  connections lost " << now.disconnected;
    err_ << std::flush;
    shown_ = true;
    last_ = time;
    last_sent_ = now.sent;
    last_received_ = now.received;
}

} // namespace bench
