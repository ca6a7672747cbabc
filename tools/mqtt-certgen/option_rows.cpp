#include "tools/mqtt-certgen/option_rows.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/crypto/revocation_list.hpp"
#include "common/crypto/subject_name.hpp"

#include <utility>

namespace mqtt_certgen {

namespace {

using Name = std::string_view;
using Text = std::string_view;
using V = Verb;

constexpr auto in_help = cli::Shown::in_help;
constexpr VerbSet force_verbs =
    in({V::init, V::ca, V::server, V::client, V::csr, V::sign, V::export_files});
constexpr VerbSet subject_verbs = in({V::init, V::ca, V::server, V::client, V::csr});
constexpr VerbSet key_verbs = in({V::init, V::ca, V::server, V::client, V::csr, V::rekey});
constexpr VerbSet leaf_verbs = in({V::init, V::server, V::client, V::sign, V::renew, V::rekey});
constexpr VerbSet signing_verbs =
    in({V::init, V::ca, V::server, V::client, V::sign, V::renew, V::rekey, V::revoke, V::crl});
constexpr VerbSet list_verbs = in({V::init, V::ca, V::rekey, V::revoke, V::crl});

std::chrono::days days_of(Name name, Text value) {
    constexpr std::uint64_t hundred_years = 36500;
    return std::chrono::days(cli::whole_number(name, value, {1, hundred_years}));
}

cli::ApplyOption set_flag(bool& member) {
    return [&member](Name, Text) {
        member = true;
    };
}

cli::ApplyOption set_text(std::string& member) {
    return [&member](Name name, Text value) {
        if (value.empty()) throw cli::UsageError(std::string(name) + " is empty");
        member = value;
    };
}

cli::ApplyOption add_text(std::vector<std::string>& member) {
    return [&member](Name, Text value) {
        member.emplace_back(value);
    };
}

/// A text that goes into the subject of a certificate.
cli::ApplyOption set_subject_value(std::string& member) {
    return [&member](Name name, Text value) {
        if (const std::string wrong = crypto::problem_of_subject_value(value); !wrong.empty()) {
            throw cli::UsageError(
                std::string(name) + " cannot be in a certificate: " + wrong + " (got " +
                base::in_quotes(value) + ")"
            );
        }
        member = value;
    };
}

template <typename Days>
cli::ApplyOption set_days(Days& member) {
    return [&member](Name name, Text value) {
        member = days_of(name, value);
    };
}

template <typename Port>
cli::ApplyOption set_port(Port& member) {
    return [&member](Name name, Text value) {
        member = static_cast<std::uint16_t>(cli::whole_number(name, value, {1, UINT16_MAX}));
    };
}

cli::ApplyOption set_key(std::optional<crypto::KeyKind>& member) {
    return [&member](Name name, Text value) {
        member = static_cast<crypto::KeyKind>(cli::choice(name, value, crypto::key_kind_words));
    };
}

cli::ApplyOption set_use(std::optional<Purpose>& member) {
    return [&member](Name name, Text value) {
        constexpr Purpose uses[] = {Purpose::server, Purpose::client, Purpose::both};
        member = uses[cli::choice(name, value, "server|client|both")];
    };
}

cli::ApplyOption set_format(ExportFormat& member) {
    return [&member](Name name, Text value) {
        member = static_cast<ExportFormat>(cli::choice(name, value, "p12|pem|der|c-header"));
    };
}

cli::ApplyOption set_reason(std::string& member) {
    return [&member](Name name, Text value) {
        std::string words;
        for (const crypto::RevocationReason& each : crypto::revocation_reasons)
            words.append(words.empty() ? "" : "|").append(each.word);
        member = crypto::revocation_reasons.at(cli::choice(name, value, words)).word;
    };
}

cli::ApplyOption set_purpose(Purpose& member) {
    return [&member](Name name, Text value) {
        member = static_cast<Purpose>(cli::choice(name, value, "any|server|client"));
    };
}

OptionRows place_rows(Settings& s) {
    // clang-format off
    return {"Where", {
        {in_all, {.letter = 'D', .name = "dir", .value = "DIR", .help = "the folder of the authority and of all it makes",
          .preset = "certs", .shown = in_help, .apply = set_text(s.folder)}},
        {force_verbs, {.name = "force", .help = "replace files that are there", .shown = in_help,
          .apply = set_flag(s.force)}},
        {in({V::init, V::server, V::rekey}), {.name = "group", .value = "GROUP",
          .help = "let this group read the server's key: the broker's", .shown = in_help, .apply = set_text(s.group)}},
        {in_all, {.name = "json", .help = "say in JSON what was found or done", .shown = in_help,
          .apply = set_flag(s.json)}},
    }};
    // clang-format on
}

OptionRows name_rows(Settings& s) {
    // clang-format off
    return {"Names", {
        {in({V::init, V::csr, V::sign, V::verify, V::check, V::doctor, V::snippet}), {.name = "host", .value = "HOST",
          .help = "a name or address that clients connect to; the first is the main one", .shown = in_help,
          .repeatable = true, .apply = add_text(s.hosts)}},
        {in({V::init, V::server, V::csr, V::sign}), {.name = "ip", .value = "ADDRESS",
          .help = "an address that clients connect to; auto: all of this machine", .shown = in_help,
          .repeatable = true, .apply = add_text(s.addresses)}},
        {in({V::init}), {.name = "client", .value = "NAME", .help = "make a certificate for this client",
          .shown = in_help, .repeatable = true, .apply = add_text(s.clients)}},
        {in({V::client}), {.name = "from", .value = "FILE",
          .help = "a client for each line of a CSV file: NAME, or NAME,DAYS; - is standard input",
          .shown = in_help, .apply = set_text(s.from)}},
        {in({V::server, V::sign}), {.name = "name", .value = "NAME", .help = "what its files are called, instead of HOST or FILE",
          .shown = in_help, .apply = set_text(s.name)}},
        {in({V::init, V::ca}), {.name = "ca-name", .value = "TEXT", .help = "the name of the authority",
          .shown = in_help, .apply = set_subject_value(s.authority_name)}},
        {subject_verbs, {.name = "org", .value = "TEXT", .help = "the organization in the certificates",
          .apply = set_subject_value(s.organization)}},
    }};
    // clang-format on
}

OptionRows key_rows(Settings& s) {
    // clang-format off
    return {"Keys and times", {
        {key_verbs, {.name = "key", .value = "KIND", .help = "p256, p384, rsa2048, rsa3072, rsa4096 or ed25519",
          .preset = "p256", .choices = crypto::key_kind_words, .shown = in_help, .apply = set_key(s.key)}},
        {leaf_verbs, {.name = "days", .value = "N", .help = "how long a certificate is valid; servers 397, clients 825",
          .shown = in_help, .apply = set_days(s.days)}},
        {in({V::init, V::ca}), {.name = "ca-days", .value = "N", .help = "how long the authority is valid",
          .preset = "3650", .apply = set_days(s.authority_days)}},
        {list_verbs, {.name = "crl-days", .value = "N", .help = "how long a revocation list is valid",
          .preset = "180", .apply = set_days(s.list_days)}},
        {in({V::csr, V::sign}), {.name = "as", .value = "WHAT", .help = "what it is for: server, client or both",
          .choices = "server|client|both", .shown = in_help, .apply = set_use(s.use)}},
    }};
    // clang-format on
}

OptionRows revocation_rows(Settings& s) {
    // clang-format off
    return {"Revocation", {
        {in({V::revoke}), {.name = "reason", .value = "WORD",
          .help = "keyCompromise, superseded, cessationOfOperation, affiliationChanged, privilegeWithdrawn",
          .preset = "unspecified", .shown = in_help, .apply = set_reason(s.reason)}},
        {in({V::rekey}), {.name = "revoke", .help = "revoke what the new one replaces", .shown = in_help,
          .apply = set_flag(s.revoke_old)}},
    }};
    // clang-format on
}

OptionRows passphrase_rows(Settings& s) {
    // clang-format off
    return {"Pass phrases", {
        {signing_verbs, {.name = "ca-pass-file", .value = "FILE",
          .help = "the pass phrase of the authority's key is the first line; - is standard input",
          .shown = in_help, .apply = set_text(s.authority_pass.file)}},
        {signing_verbs, {.name = "ca-pass-env", .value = "NAME", .help = "it is in this variable of the environment",
          .apply = set_text(s.authority_pass.environment)}},
        {in({V::passphrase, V::check, V::doctor, V::export_files}), {.name = "pass-file", .value = "FILE",
          .help = "the pass phrase that the key has now", .shown = in_help, .apply = set_text(s.old_pass.file)}},
        {in({V::passphrase, V::check, V::doctor, V::export_files}), {.name = "pass-env", .value = "NAME",
          .help = "it is in this variable of the environment", .apply = set_text(s.old_pass.environment)}},
        {in({V::passphrase, V::export_files}), {.name = "new-pass-file", .value = "FILE",
          .help = "the pass phrase of what is written", .shown = in_help, .apply = set_text(s.new_pass.file)}},
        {in({V::passphrase, V::export_files}), {.name = "new-pass-env", .value = "NAME",
          .help = "it is in this variable of the environment", .apply = set_text(s.new_pass.environment)}},
        {in({V::init, V::ca, V::passphrase}), {.name = "no-pass", .help = "do not encrypt the key", .shown = in_help,
          .apply = set_flag(s.no_pass)}},
    }};
    // clang-format on
}

OptionRows look_rows(Settings& s) {
    // clang-format off
    return {"Looking at certificates", {
        {in({V::list, V::verify, V::check, V::renew}), {.name = "warn-days", .value = "N",
          .help = "what ends within N days: worth exit code 8; list shows and renew takes only those", .shown = in_help,
          .apply = set_days(s.warn_days)}},
        {in({V::verify}), {.name = "purpose", .value = "WHAT", .help = "accepted as server or as client; else as either",
          .preset = "any", .choices = "any|server|client", .shown = in_help, .apply = set_purpose(s.purpose)}},
        {in({V::verify, V::check}), {.name = "ca", .value = "FILE", .help = "the authorities to trust, instead of ca.crt in DIR",
          .shown = in_help, .apply = set_text(s.authority_file)}},
        {in({V::verify, V::check}), {.name = "crl", .value = "FILE", .help = "the revocation list, instead of ca.crl in DIR",
          .apply = set_text(s.list_file)}},
    }};
    // clang-format on
}

OptionRows check_rows(Settings& s) {
    const auto set_timeout = [&s](Name name, Text value) {
        constexpr std::chrono::seconds most{3600};
        s.timeout = std::chrono::ceil<std::chrono::milliseconds>(cli::seconds(name, value, most));
    };
    const auto set_alpn = [&s](Name name, Text value) {
        constexpr std::size_t longest = 255;
        if (value.empty() || value.size() > longest)
            throw cli::UsageError(std::string(name) + " must have 1 to 255 bytes");
        s.alpn = value;
    };
    const auto set_user_name = [&s](Name name, Text value) {
        s.user_name = cli::mqtt_string(name, value);
    };
    // clang-format off
    return {"Looking at a live listener", {
        {in({V::check}), {.name = "cert", .value = "FILE", .help = "a client's certificate, with --key-file", .shown = in_help,
          .apply = set_text(s.certificate_file)}},
        {in({V::check}), {.name = "key-file", .value = "FILE", .help = "the key of --cert", .shown = in_help,
          .apply = set_text(s.key_file)}},
        {in({V::check}), {.name = "username", .value = "NAME", .help = "for CONNECT, with --password-file",
          .shown = in_help, .apply = set_user_name}},
        {in({V::check}), {.name = "password-file", .value = "FILE",
          .help = "the password is its first line; - is standard input", .shown = in_help, .apply = set_text(s.password_file)}},
        {in({V::check}), {.name = "alpn", .value = "NAME", .help = "the protocol to ask for, such as mqtt", .apply = set_alpn}},
        {in({V::check}), {.name = "timeout", .value = "SECONDS", .help = "for each connection", .preset = "10",
          .apply = set_timeout}},
    }};
    // clang-format on
}

OptionRows other_rows(Settings& s) {
    // clang-format off
    return {"Other files", {
        {in({V::export_files}), {.name = "format", .value = "WHAT",
          .help = "p12 for browsers, Java and phones; pem: all in one file; der; c-header for firmware",
          .preset = "p12", .choices = "p12|pem|der|c-header", .shown = in_help, .apply = set_format(s.format)}},
        {in({V::export_files}), {.name = "out", .value = "FILE", .help = "where to write it, instead of beside the rest",
          .shown = in_help, .apply = set_text(s.out)}},
        {in({V::doctor}), {.name = "user", .value = "USER", .help = "the broker runs as this user: can it read them?",
          .shown = in_help, .apply = set_text(s.user)}},
    }};
    // clang-format on
}

OptionRows snippet_rows(Settings& s) {
    // clang-format off
    return {"The broker's configuration", {
        {in({V::init, V::snippet}), {.name = "port", .value = "PORT", .help = "where the broker listens for TLS", .preset = "8883",
          .apply = set_port(s.port)}},
        {in({V::init, V::snippet}), {.name = "wss-port", .value = "PORT", .help = "where it listens for WebSocket with TLS as well",
          .apply = set_port(s.websocket_port)}},
    }};
    // clang-format on
}

} // namespace

std::vector<OptionRows> option_rows(Settings& settings) {
    return {
        place_rows(settings),
        name_rows(settings),
        key_rows(settings),
        revocation_rows(settings),
        passphrase_rows(settings),
        look_rows(settings),
        check_rows(settings),
        other_rows(settings),
        snippet_rows(settings)};
}

cli::OptionTable table_of(const std::vector<OptionRows>& rows, std::optional<Verb> verb) {
    const VerbSet wanted = verb ? bit_of(*verb) : in_all;
    cli::OptionTable table;
    for (const OptionRows& group : rows) {
        cli::OptionGroup kept{group.title, {}};
        for (const OptionRow& row : group.rows) {
            if ((row.verbs & wanted) != 0) kept.options.push_back(row.option);
        }
        if (!kept.options.empty()) table.push_back(std::move(kept));
    }
    return table;
}

} // namespace mqtt_certgen
