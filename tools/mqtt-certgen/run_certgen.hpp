// From a command line to the command that it names. One thread.
#pragma once

#include "common/cli/run_tool.hpp"

namespace mqtt_certgen {

/// Throws UsageError and ToolError.
[[nodiscard]] cli::Outcome run_certgen(cli::ToolContext& context);

} // namespace mqtt_certgen
