// What mqtt-sysmon was asked to do. A plain value, filled in by the options and checked as a whole.
#pragma once

#include "common/cli/run_tool.hpp"
#include "common/client/connect_options.hpp"
#include "tools/mqtt-sysmon/check.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_sysmon {

enum class Mode : std::uint8_t {
    screen, ///< until it is ended
    watch,  ///< something for each round of a broker, until it is ended
    once,   ///< one round
};

enum class Format : std::uint8_t { text, json, csv, prometheus };

struct MonitorSettings {
    std::vector<client::ConnectOptions> brokers; ///< at least one; none with replay_file
    std::vector<std::string> filters{"$SYS/#"};
    Mode mode = Mode::screen;
    Format format = Format::text;
    std::string prometheus_file; ///< "-": standard output
    std::vector<Condition> critical;
    std::vector<Condition> warning;
    std::string record_file;
    std::string replay_file;
    std::size_t history = 300;
    std::chrono::milliseconds timeout{60'000}; ///< of --once; 0: none
    bool ascii = false;

    [[nodiscard]] bool checks() const { return !critical.empty() || !warning.empty(); }
};

/// Reads command line and options file. nullopt when help was asked for and is printed. Throws
/// UsageError.
[[nodiscard]] std::optional<MonitorSettings> read_settings(cli::ToolContext& context);

} // namespace mqtt_sysmon
