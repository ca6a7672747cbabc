#include "tools/mqtt-passwd/look_at_users.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/crypto/password_file.hpp"
#include "common/crypto/secret_file.hpp"
#include "tools/mqtt-passwd/password_source.hpp"
#include "tools/mqtt-passwd/report.hpp"

#include <ostream>

namespace mqtt_passwd {

namespace {

using crypto::HashMethod;
using crypto::PasswordFile;
using crypto::PasswordHash;
using crypto::Verdict;

PasswordFile read(const std::string& path) {
    const auto text = crypto::read_secret_file(path);
    if (text) return PasswordFile(*text);
    throw cli::ToolError(cli::ExitCode::local_error, text.error().message);
}

PasswordHash hash_of(const PasswordFile& file, const std::string& user, const std::string& path) {
    const PasswordFile::Line* line = file.find(user);
    if (line == nullptr) {
        throw cli::ToolError(
            cli::ExitCode::local_error,
            "the user " + base::in_quotes(user) + " is not in " + base::in_quotes(path)
        );
    }
    auto hash = crypto::parse_hash(line->secret);
    if (hash) return std::move(*hash);
    const auto number = static_cast<std::size_t>(line - file.lines().data()) + 1;
    throw cli::ToolError(
        cli::ExitCode::local_error,
        path + ':' + std::to_string(number) + ": the password of " + base::in_quotes(user) +
            (crypto::looks_hashed(line->secret) ? " cannot be verified: " + hash.error().message
                                                : " is not hashed")
    );
}

std::string cost_text(const PasswordHash& hash) {
    switch (hash.method) {
    case HashMethod::argon2id:
        return "m=" + std::to_string(hash.cost.memory_kib) +
               ",t=" + std::to_string(hash.cost.rounds) + ",p=" + std::to_string(hash.cost.lanes);
    case HashMethod::pbkdf2_sha512:
        return "iterations=" + std::to_string(hash.cost.rounds);
    case HashMethod::sha512:
        break;
    }
    return "iterations=1";
}

std::string json_of(const std::string& user, const PasswordHash& hash) {
    JsonObject object;
    object.text("user", user).text("method", name_of(hash.method));
    if (hash.method == HashMethod::argon2id) {
        object.number("memory_kib", hash.cost.memory_kib).number("passes", hash.cost.rounds);
        object.number("lanes", hash.cost.lanes);
    } else {
        object.number("iterations", hash.cost.rounds);
    }
    return object.str();
}

} // namespace

cli::Outcome verify_users(PasswdSettings& settings, cli::ToolContext& context) {
    const PasswordFile file = read(settings.file);
    std::vector<PasswordHash> hashes;
    for (const std::string& user : settings.users)
        hashes.push_back(hash_of(file, user, settings.file));
    const std::vector<NewPassword> given = known_passwords(settings);
    bool all_right = true;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const Verdict verdict = crypto::verify(hashes[i], given[i].password.view());
        if (verdict == Verdict::unknown) {
            throw cli::ToolError(
                cli::ExitCode::local_error, "not enough memory to verify a password"
            );
        }
        const bool right = verdict == Verdict::right;
        all_right = all_right && right;
        if (settings.json) {
            context.out << JsonObject().text("user", given[i].user).flag("right", right).str()
                        << '\n';
        }
        if (!right && !context.console.quiet())
            context.console.error(
                "the password of " + base::in_quotes(given[i].user) + " is wrong"
            );
    }
    return {.code = all_right ? cli::ExitCode::ok : cli::ExitCode::local_error};
}

cli::Outcome list_users(const PasswdSettings& settings, cli::ToolContext& context) {
    const PasswordFile file = read(settings.file);
    for (const PasswordFile::Line& line : file.lines()) {
        const auto hash = crypto::parse_hash(line.secret);
        if (line.user.empty() || !hash || !crypto::problem_of_user_name(line.user).empty())
            continue;
        if (settings.json) {
            context.out << json_of(line.user, *hash) << '\n';
        } else {
            context.out << line.user << '\t' << name_of(hash->method) << '\t' << cost_text(*hash)
                        << '\n';
        }
    }
    const auto problems = file.problems();
    if (!context.console.quiet()) {
        for (const crypto::LineProblem& each : problems) {
            context.console.error(
                settings.file + ':' + std::to_string(each.line) + ": " + each.message, each.hint
            );
        }
    }
    return {.code = problems.empty() ? cli::ExitCode::ok : cli::ExitCode::local_error};
}

} // namespace mqtt_passwd
