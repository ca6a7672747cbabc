#include "tools/mqttd/logging/rate_limit.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

constexpr std::chrono::seconds window_length{1};

} // namespace

bool RateLimit::admit(base::LogLevel level, base::SteadyTime now) {
    if (limit_ == 0) return true;
    Window& window = windows_[static_cast<std::size_t>(level)];
    if (now - window.begin >= window_length) {
        window.untold += window.suppressed;
        window = {.begin = now, .lines = 0, .suppressed = 0, .untold = window.untold};
    }
    if (window.lines < limit_) {
        ++window.lines;
        return true;
    }
    ++window.suppressed;
    return false;
}

std::vector<RateLimit::Suppressed> RateLimit::take_suppressed(base::SteadyTime now) {
    std::vector<Suppressed> told;
    for (std::size_t i = 0; i < windows_.size(); ++i) {
        Window& window = windows_[i];
        if (now - window.begin >= window_length) {
            window.untold += std::exchange(window.suppressed, 0);
        }
        if (window.untold == 0) continue;
        told.push_back({static_cast<base::LogLevel>(i), std::exchange(window.untold, 0)});
    }
    return told;
}

bool RateLimit::has_suppressed() const {
    return std::any_of(windows_.begin(), windows_.end(), [](const Window& window) {
        return window.suppressed + window.untold != 0;
    });
}

} // namespace mqttd
