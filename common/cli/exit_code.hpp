// The exit codes of every tool: one public table, also printed by --help-all and in the man pages,
// and the older numbers of the mosquitto clients for scripts that ask for them. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace cli {

enum class ExitCode : std::uint8_t {
    ok = 0,
    local_error = 1,
    usage = 2,
    connect_failed = 3,
    refused = 4,
    denied = 5,
    connection_lost = 6,
    needs_attention = 8,
    timed_out = 27,
};

struct ExitCodeRow {
    ExitCode code;
    std::string_view meaning;
    std::uint8_t mosquitto; ///< the same with --mosquitto-exit-codes; refused: the CONNACK's code
};

[[nodiscard]] std::span<const ExitCodeRow> exit_code_table();

/// How a tool ended.
struct Outcome {
    ExitCode code = ExitCode::ok;
    std::uint8_t connack_code = 0; ///< of refused: the byte of the CONNACK
    int signal = 0;                ///< ended early by this signal; its exit status is 128 + signal
};

enum class ExitCodeScheme : std::uint8_t { midge, mosquitto };

/// The number to leave main() with.
[[nodiscard]] int exit_status(const Outcome& outcome, ExitCodeScheme scheme);

} // namespace cli
