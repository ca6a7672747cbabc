// -U: a file of plain passwords becomes one of hashes. What is hashed already stays as it is.
#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/crypto/password_file.hpp"
#include "tools/mqtt-passwd/change_users.hpp"

#include <set>

namespace mqtt_passwd {

namespace {

using crypto::PasswordFile;

/// Everything is looked at before the first password is hashed.
void check_lines(const PasswordFile& file, const std::string& path) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < file.lines().size(); ++i) {
        const PasswordFile::Line& line = file.lines()[i];
        const auto refuse = [&](const std::string& what, const std::string& hint = {}) {
            throw cli::ToolError(
                cli::ExitCode::local_error,
                path + ':' + std::to_string(i + 1) + ": " + what + "; nothing was changed",
                hint
            );
        };
        if (line.user.empty()) continue;
        if (const std::string wrong = crypto::problem_of_user_name(line.user); !wrong.empty())
            refuse("the user name " + base::in_quotes(line.user) + " cannot be: " + wrong);
        if (!seen.insert(line.user).second)
            refuse("the user " + base::in_quotes(line.user) + " is there already");
        if (line.secret.empty())
            refuse("the password of " + base::in_quotes(line.user) + " is empty");
        if (!crypto::looks_hashed(line.secret)) continue;
        if (const auto hash = crypto::parse_hash(line.secret); hash.has_error()) {
            refuse(
                "the password of " + base::in_quotes(line.user) + " looks like a hash, but " +
                    hash.error().message,
                "mqtt-passwd FILE USER sets a password that begins like a hash"
            );
        }
    }
}

} // namespace

void hash_plain_users(const PasswdSettings& settings, cli::ToolContext& context) {
    crypto::FileUpdate update = begin_update(settings);
    PasswordFile file(update.text());
    check_lines(file, settings.file);
    Changes changes;
    std::size_t already = 0;
    const PasswordFile before = file;
    for (const PasswordFile::Line& line : before.lines()) {
        if (line.user.empty()) continue;
        if (crypto::looks_hashed(line.secret)) {
            ++already;
            continue;
        }
        file.set(line.user, hashed(line.secret, settings, context.console));
        changes.hashed.push_back(line.user);
    }
    if (already > 0) {
        context.console.note(
            already == 1
                ? std::string("1 password was hashed already and stays as it is")
                : std::to_string(already) + " passwords were hashed already and stay as they are"
        );
    }
    finish(update, file.text(), settings, changes, context);
}

} // namespace mqtt_passwd
