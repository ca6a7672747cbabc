// What changes nothing: verifying passwords, and listing the users of a file. One thread.
#pragma once

#include "common/cli/run_tool.hpp"
#include "tools/mqtt-passwd/passwd_settings.hpp"

namespace mqtt_passwd {

/// local_error when a password is wrong or a user is not there. Throws ToolError.
[[nodiscard]] cli::Outcome verify_users(PasswdSettings& settings, cli::ToolContext& context);

/// A line for each user: name, method and cost, separated by tabs. local_error when the file has
/// mistakes, which are said with their lines. Throws ToolError.
[[nodiscard]] cli::Outcome list_users(const PasswdSettings& settings, cli::ToolContext& context);

} // namespace mqtt_passwd
