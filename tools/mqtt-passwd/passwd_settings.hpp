// What mqtt-passwd was asked to do. A plain value, filled in by the options and the words behind
// them, and checked as a whole.
#pragma once

#include "common/cli/run_tool.hpp"
#include "common/crypto/password_hash.hpp"
#include "common/crypto/secret_string.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_passwd {

enum class Task : std::uint8_t { set, remove, hash_plain, verify, list };

/// Where passwords come from.
enum class Source : std::uint8_t {
    ask,      ///< the terminal; two lines of standard input when that is no terminal
    words,    ///< the command line
    lines,    ///< standard input, one line for each user, or "user:password" lines
    generate, ///< the tool
};

struct PasswdSettings {
    Task task = Task::set;
    Source source = Source::ask;
    std::string file; ///< "-": standard output, with create
    std::vector<std::string> users;
    std::vector<crypto::SecretString> passwords; ///< of users, with Source::words
    crypto::HashMethod method = crypto::HashMethod::argon2id;
    crypto::HashCost cost;
    bool create = false;
    bool force = false; ///< create may replace a file
    bool json = false;
    std::string pid_file; ///< of the daemon to be signalled; empty: none
};

/// nullopt when help was asked for and is printed. Throws UsageError.
[[nodiscard]] std::optional<PasswdSettings> read_settings(cli::ToolContext& context);

} // namespace mqtt_passwd
