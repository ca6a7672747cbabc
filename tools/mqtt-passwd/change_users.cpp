#include "tools/mqtt-passwd/change_users.hpp"

#include "common/base/entropy.hpp"
#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/crypto/password_file.hpp"
#include "tools/mqtt-passwd/password_source.hpp"
#include "tools/mqtt-passwd/signal_daemon.hpp"

#include <cerrno>
#include <chrono>
#include <ostream>
#include <utility>

namespace mqtt_passwd {

namespace {

using crypto::FileUpdate;
using crypto::PasswordFile;

[[noreturn]] void fail(const std::string& what, const std::string& hint = {}) {
    throw cli::ToolError(cli::ExitCode::local_error, what, hint);
}

void print_generated(
    const std::vector<NewPassword>& users, const PasswdSettings& settings, cli::ToolContext& context
) {
    for (const NewPassword& each : users) {
        if (settings.json) {
            context.out
                << JsonObject().text("user", each.user).text("password", each.password.view()).str()
                << '\n';
        } else {
            context.out << each.user << ':' << each.password.view() << '\n';
        }
    }
}

/// With -c -: nothing is stored, the lines are the output.
void print_lines(
    const std::vector<NewPassword>& users, const PasswdSettings& settings, cli::ToolContext& context
) {
    for (const NewPassword& each : users) {
        context.out << each.user << ':' << hashed(each.password.view(), settings, context.console)
                    << '\n';
    }
}

} // namespace

std::string
hashed(std::string_view password, const PasswdSettings& settings, cli::Console& console) {
    base::SystemEntropy entropy;
    const auto begin = std::chrono::steady_clock::now();
    const auto hash = crypto::hash_password(password, settings.method, settings.cost, entropy);
    if (!hash)
        fail("cannot hash a password: " + hash.error().message, "--memory MIB asks for less");
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin
    );
    console.debug(
        "hashed with " + std::string(name_of(settings.method)) + " in " +
        std::to_string(time.count()) + " ms"
    );
    return to_text(*hash);
}

FileUpdate begin_update(const PasswdSettings& settings) {
    using Create = FileUpdate::Create;
    const Create create = !settings.create ? Create::no
                          : settings.force ? Create::when_missing
                                           : Create::only;
    auto update = FileUpdate::begin(settings.file, create);
    if (update) return std::move(*update);
    const int error = update.error().error;
    std::string hint;
    if (error == EEXIST) hint = "without -c the users are added to it; --force replaces it";
    if (error == ENOENT && !settings.create && settings.task == Task::set)
        hint = "-c makes a new file";
    fail(update.error().message, hint);
}

void finish(
    FileUpdate& update,
    std::string_view text,
    const PasswdSettings& settings,
    const Changes& changes,
    cli::ToolContext& context
) {
    if (!changes.empty()) {
        if (crypto::is_open_to_others(settings.file)) {
            context.console.note(
                "other users of this machine could read the file; they no longer can"
            );
        }
        if (const auto written = update.replace(text); written.has_error())
            fail(written.error().message);
    }
    if (settings.json && settings.source != Source::generate)
        context.out << to_json(settings.file, changes) << '\n';
    context.console.debug(to_words(changes));
    if (!settings.pid_file.empty() && !changes.empty()) {
        signal_daemon(settings.pid_file);
        context.console.debug("the daemon was told to read it");
    }
}

void set_users(PasswdSettings& settings, cli::ToolContext& context) {
    if (settings.file == "-") return print_lines(new_passwords(settings), settings, context);
    {
        // A file that cannot be changed is said before anybody has typed a password.
        const FileUpdate possible = begin_update(settings);
    }
    const std::vector<NewPassword> users = new_passwords(settings);
    PasswordFile fresh;
    for (const NewPassword& each : users)
        fresh.set(each.user, hashed(each.password.view(), settings, context.console));
    FileUpdate update = begin_update(settings);
    PasswordFile file(settings.create ? std::string_view{} : update.text());
    Changes changes;
    for (const PasswordFile::Line& line : fresh.lines()) {
        (file.find(line.user) == nullptr ? changes.added : changes.updated).push_back(line.user);
        file.set(line.user, line.secret);
    }
    for (const crypto::LineProblem& each : file.problems()) {
        context.console.warning(
            settings.file + ':' + std::to_string(each.line) + ": " + each.message
        );
    }
    finish(update, file.text(), settings, changes, context);
    if (settings.source == Source::generate) print_generated(users, settings, context);
}

void remove_users(const PasswdSettings& settings, cli::ToolContext& context) {
    FileUpdate update = begin_update(settings);
    PasswordFile file(update.text());
    Changes changes;
    for (const std::string& user : settings.users) {
        if (!file.remove(user)) {
            fail(
                "the user " + base::in_quotes(user) + " is not in " +
                base::in_quotes(settings.file) + "; nothing was changed"
            );
        }
        changes.deleted.push_back(user);
    }
    finish(update, file.text(), settings, changes, context);
}

} // namespace mqtt_passwd
