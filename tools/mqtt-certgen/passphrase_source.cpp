#include "tools/mqtt-certgen/passphrase_source.hpp"

#include "common/base/escape.hpp"
#include "common/cli/password.hpp"
#include "tools/mqtt-certgen/failure.hpp"

#include <unistd.h>

#include <optional>
#include <utility>

namespace mqtt_certgen {

namespace {

using crypto::SecretString;

/// What other programs (the openssl command) take as well.
constexpr std::size_t least_new = 4;
constexpr std::size_t longest = 1023;

bool can_ask() {
    return ::isatty(STDIN_FILENO) == 1;
}

std::optional<SecretString> given(const PassphraseSource& source, Job& job) {
    if (!source.file.empty()) return SecretString(cli::read_password(source.file));
    if (source.environment.empty()) return std::nullopt;
    auto value = job.tool.environment(source.environment.c_str());
    if (!value) {
        fail(
            "the pass phrase must be in " + base::in_quotes(source.environment) +
            ", which is not set or empty"
        );
    }
    return SecretString(std::move(*value));
}

SecretString checked(SecretString phrase, const PassphraseQuestion& question) {
    if (phrase.size() < least_new || phrase.size() > longest) {
        fail(
            "the pass phrase of " + question.what + " must have " + std::to_string(least_new) +
            " to " + std::to_string(longest) + " bytes (got " + std::to_string(phrase.size()) + ")"
        );
    }
    return phrase;
}

} // namespace

SecretString
known_passphrase(const PassphraseSource& source, const PassphraseQuestion& question, Job& job) {
    if (auto phrase = given(source, job)) return std::move(*phrase);
    if (!can_ask()) {
        fail(
            question.what + " is encrypted, and there is no terminal to ask for its pass phrase",
            question.options + " gives it"
        );
    }
    return SecretString(
        cli::ask_password("pass phrase of " + question.what + ": ", question.options)
    );
}

SecretString
new_passphrase(const PassphraseSource& source, const PassphraseQuestion& question, Job& job) {
    if (auto phrase = given(source, job)) return checked(std::move(*phrase), question);
    if (!can_ask()) return {};
    SecretString first(
        cli::ask_password("new pass phrase for " + question.what + ": ", question.options)
    );
    const SecretString second(cli::ask_password("the same again: ", question.options));
    if (first.view() != second.view())
        fail("the two pass phrases are not the same; nothing was made");
    return checked(std::move(first), question);
}

} // namespace mqtt_certgen
