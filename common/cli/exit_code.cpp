#include "common/cli/exit_code.hpp"

#include <algorithm>
#include <array>

namespace cli {

namespace {

constexpr int signal_base = 128;

constexpr std::array table{
    ExitCodeRow{ExitCode::ok, "success", 0},
    ExitCodeRow{ExitCode::local_error, "a local problem: a file, memory, the output", 1},
    ExitCodeRow{ExitCode::usage, "a wrong option, value or combination", 1},
    ExitCodeRow{ExitCode::connect_failed, "no connection, or no answer to CONNECT", 1},
    ExitCodeRow{ExitCode::refused, "the broker refused the connection (CONNACK)", 5},
    ExitCodeRow{ExitCode::denied, "the broker refused a message or a subscription", 0},
    ExitCodeRow{ExitCode::connection_lost, "the connection ended before everything was done", 7},
    ExitCodeRow{
        ExitCode::needs_attention, "it works, but needs attention: a certificate ends soon", 1},
    ExitCodeRow{ExitCode::timed_out, "a time limit that was set passed", 27},
};

} // namespace

std::span<const ExitCodeRow> exit_code_table() {
    return table;
}

int exit_status(const Outcome& outcome, ExitCodeScheme scheme) {
    if (outcome.signal != 0) return signal_base + outcome.signal;
    if (scheme == ExitCodeScheme::midge) return static_cast<int>(outcome.code);
    if (outcome.code == ExitCode::refused && outcome.connack_code != 0) return outcome.connack_code;
    const auto* row = std::find_if(table.begin(), table.end(), [&](const ExitCodeRow& each) {
        return each.code == outcome.code;
    });
    return row == table.end() ? 1 : row->mosquitto;
}

} // namespace cli
