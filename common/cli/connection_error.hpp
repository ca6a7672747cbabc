// The end of a connection as an error of a tool: the same words and exit codes for every tool.
#pragma once

#include "common/cli/error.hpp"
#include "common/client/engine/failure.hpp"

#include <string>
#include <string_view>

namespace cli {

/// server: "localhost:1883".
[[nodiscard]] ToolError
connection_error(const client::engine::Failure& failure, std::string_view server);

/// One line without an exit code: "localhost:1883 closed the connection: server shutting down".
[[nodiscard]] std::string
describe_failure(const client::engine::Failure& failure, std::string_view server);

} // namespace cli
