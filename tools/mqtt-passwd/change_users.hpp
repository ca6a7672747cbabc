// The changes of a password file: users added, updated, deleted, plain text hashed. A file is read
// under its lock and replaced as a whole, or not at all. One thread.
#pragma once

#include "common/cli/run_tool.hpp"
#include "common/crypto/secret_file.hpp"
#include "tools/mqtt-passwd/passwd_settings.hpp"
#include "tools/mqtt-passwd/report.hpp"

#include <string>
#include <string_view>

namespace mqtt_passwd {

/// Throws ToolError. What was generated is printed to context.out.
void set_users(PasswdSettings& settings, cli::ToolContext& context);
void remove_users(const PasswdSettings& settings, cli::ToolContext& context);
void hash_plain_users(const PasswdSettings& settings, cli::ToolContext& context);

/// The line's text behind "user:".
[[nodiscard]] std::string
hashed(std::string_view password, const PasswdSettings& settings, cli::Console& console);

/// Writes the file when something has changed and says what; then signals the daemon if asked to.
void finish(
    crypto::FileUpdate& update,
    std::string_view text,
    const PasswdSettings& settings,
    const Changes& changes,
    cli::ToolContext& context
);

/// begin() of an update, or ToolError with what to do.
[[nodiscard]] crypto::FileUpdate begin_update(const PasswdSettings& settings);

} // namespace mqtt_passwd
