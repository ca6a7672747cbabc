// mqtt-bench from its command line to its exit code.
#pragma once

#include "common/cli/run_tool.hpp"

namespace bench {

[[nodiscard]] cli::Outcome bench_main(cli::ToolContext& context);

} // namespace bench
