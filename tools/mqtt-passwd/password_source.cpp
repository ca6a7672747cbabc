#include "tools/mqtt-passwd/password_source.hpp"

#include "common/base/entropy.hpp"
#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/password.hpp"
#include "common/cli/read_whole.hpp"
#include "common/crypto/password_file.hpp"
#include "common/crypto/secret_file.hpp"

#include <unistd.h>

#include <array>
#include <set>
#include <utility>

namespace mqtt_passwd {

namespace {

using crypto::SecretString;

/// 24 of 32 characters are 120 bits; none looks like another.
constexpr std::size_t generated_size = 24;
constexpr std::string_view alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(alphabet.size() == 32, "a byte must give each character as often as any other");

SecretString generated() {
    base::SystemEntropy entropy;
    std::array<std::uint8_t, generated_size> bytes{};
    entropy.fill(bytes);
    std::string text;
    text.reserve(generated_size);
    for (const std::uint8_t byte : bytes)
        text += alphabet[byte % alphabet.size()];
    bytes.fill(0);
    return SecretString(std::move(text));
}

SecretString ask(const std::string& prompt) {
    if (::isatty(STDIN_FILENO) == 0) return SecretString(cli::read_password("-"));
    return SecretString(
        cli::ask_password(prompt, "--stdin reads it from standard input, --generate makes one")
    );
}

SecretString ask_twice(const std::string& user) {
    SecretString first = ask("password for " + user + ": ");
    const SecretString second = ask("the same again: ");
    if (first.view() == second.view()) return first;
    throw cli::ToolError(
        cli::ExitCode::local_error,
        "the two passwords for " + base::in_quotes(user) + " are not the same; nothing was changed"
    );
}

[[noreturn]] void refuse_line(std::size_t line, const std::string& what) {
    throw cli::ToolError(
        cli::ExitCode::local_error,
        "standard input:" + std::to_string(line) + ": " + what + "; nothing was changed",
        "a line is user:password"
    );
}

/// The whole of standard input as "user:password" lines.
std::vector<NewPassword> users_of_lines() {
    const SecretString text(cli::read_stdin(crypto::largest_secret_file, "users"));
    std::vector<NewPassword> found;
    std::set<std::string> seen;
    std::string_view left = text.view();
    for (std::size_t line = 1; !left.empty(); ++line) {
        const std::size_t end = left.find('\n');
        std::string_view content = left.substr(0, end);
        left = end == std::string_view::npos ? std::string_view{} : left.substr(end + 1);
        if (content.ends_with('\r')) content.remove_suffix(1);
        if (content.empty()) continue;
        const std::size_t colon = content.find(':');
        if (colon == std::string_view::npos) refuse_line(line, "there is no ':'");
        std::string user(content.substr(0, colon));
        if (const std::string wrong = crypto::problem_of_user_name(user); !wrong.empty())
            refuse_line(line, "the user name " + base::in_quotes(user) + " cannot be: " + wrong);
        if (colon + 1 == content.size())
            refuse_line(line, "the password of " + base::in_quotes(user) + " is empty");
        if (!seen.insert(user).second)
            refuse_line(line, "the user " + base::in_quotes(user) + " is named twice");
        found.push_back({std::move(user), SecretString(content.substr(colon + 1))});
    }
    if (found.empty())
        throw cli::ToolError(cli::ExitCode::local_error, "standard input names no user");
    return found;
}

/// typed: how a person gives a password for a user.
template <typename Typed>
std::vector<NewPassword> passwords(PasswdSettings& settings, const Typed& typed) {
    std::vector<NewPassword> found;
    for (std::size_t i = 0; i < settings.users.size(); ++i) {
        const std::string& user = settings.users[i];
        switch (settings.source) {
        case Source::ask:
            found.push_back({user, typed(user)});
            break;
        case Source::words:
            found.push_back({user, std::move(settings.passwords[i])});
            break;
        case Source::lines:
            found.push_back({user, SecretString(cli::read_password("-"))});
            break;
        case Source::generate:
            found.push_back({user, generated()});
            break;
        }
    }
    return found;
}

} // namespace

std::vector<NewPassword> new_passwords(PasswdSettings& settings) {
    if (settings.source == Source::lines && settings.users.empty()) return users_of_lines();
    return passwords(settings, ask_twice);
}

std::vector<NewPassword> known_passwords(PasswdSettings& settings) {
    return passwords(settings, [](const std::string& user) {
        return ask("password for " + user + ": ");
    });
}

} // namespace mqtt_passwd
