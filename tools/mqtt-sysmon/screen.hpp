// The screen as lines: what is known of the brokers, drawn for a width and a height. Pure.
#pragma once

#include "tools/mqtt-sysmon/broker_state.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mqtt_sysmon {

enum class SortBy : std::uint8_t { name, value, rate };

struct ScreenOptions {
    std::size_t width = 80;
    std::size_t height = 24;
    bool color = true;
    bool ascii = false; ///< no character beyond ASCII
    bool paused = false;
    bool help = false;
    SortBy sort = SortBy::name;
    std::string filter;        ///< of the table: names that contain it
    bool typing = false;       ///< the filter is being typed
    std::size_t first_row = 0; ///< of the table
};

/// Exactly height lines, none wider than width.
[[nodiscard]] std::vector<std::string> draw(
    const std::vector<const BrokerState*>& brokers,
    const ScreenOptions& options,
    base::SteadyTime now,
    base::WallTime wall
);

/// The last samples as bars, as many as fit; what is larger is higher. Empty without samples.
[[nodiscard]] std::string
sparkline(const std::deque<double>& samples, std::size_t width, bool ascii);

} // namespace mqtt_sysmon
