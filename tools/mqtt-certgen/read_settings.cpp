#include "common/base/escape.hpp"
#include "common/base/suggestion.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/parse_arguments.hpp"
#include "common/cli/options/read_options.hpp"
#include "common/cli/options/take_words.hpp"
#include "tools/mqtt-certgen/option_rows.hpp"
#include "tools/mqtt-certgen/settings.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace mqtt_certgen {

namespace {

constexpr std::string_view tool_name = "mqtt-certgen";
constexpr std::string_view purpose =
    "Makes and keeps the certificates of an MQTT broker and its clients";
constexpr std::string_view notes =
    "Each command has a --help of its own, with the options that belong to it.\n"
    "A pass phrase is asked for on the terminal when one is needed and none given.\n"
    "Files: DIR/ca.crt goes to every client, DIR/ca.key stays secret, DIR/ca.crl is\n"
    "the revocation list, DIR/index.json says what was made. Keys have mode 0600.\n";
constexpr std::string_view examples = "  mqtt-certgen init --host broker.local --client sensor1\n"
                                      "  mqtt-certgen list --warn-days 30\n";

/// The texts that a ToolText points into.
struct HelpTexts {
    std::string synopsis;
    std::string purpose;
    std::string commands;
    std::string example;
};

/// all: else only the names of those that are rare.
std::string command_lines(bool all) {
    constexpr std::size_t column = 22;
    std::string lines;
    std::string rare;
    for (const VerbRow& row : verbs) {
        if (row.rare && !all) {
            rare += (rare.empty() ? "  " : ", ") + std::string(row.name);
            continue;
        }
        std::string line = "  " + std::string(row.name);
        if (!row.words.empty()) line += ' ' + std::string(row.words);
        line.resize(std::max(line.size() + 1, column), ' ');
        lines += line + std::string(row.purpose) + '\n';
    }
    return rare.empty() ? lines : lines + rare + ": see --help-all\n";
}

bool wants_all(const std::vector<std::string>& arguments) {
    return std::find(arguments.begin(), arguments.end(), "--help-all") != arguments.end();
}

cli::ToolText text_of(const VerbRow* row, HelpTexts& texts, bool all) {
    if (row == nullptr) {
        texts.commands = command_lines(all);
        return {
            .name = tool_name,
            .synopsis = "COMMAND [option...] [word...]",
            .purpose = purpose,
            .commands = texts.commands,
            .notes = notes,
            .examples = examples,
        };
    }
    texts.synopsis = std::string(row->name) + " [option...]";
    if (!row->words.empty()) texts.synopsis += ' ' + std::string(row->words);
    texts.example = "  mqtt-certgen " + std::string(row->example) + '\n';
    texts.purpose = std::string(row->purpose);
    texts.purpose.front() = static_cast<char>(std::toupper(texts.purpose.front()));
    return {
        .name = tool_name,
        .synopsis = texts.synopsis,
        .purpose = texts.purpose,
        .commands = {},
        .notes = {},
        .examples = texts.example,
    };
}

const VerbRow* take_verb(std::vector<std::string>& words) {
    if (words.empty()) return nullptr;
    const auto* const row = std::find_if(verbs.begin(), verbs.end(), [&](const VerbRow& each) {
        return each.name == words.front();
    });
    if (row == verbs.end()) {
        std::vector<std::string_view> names;
        names.reserve(verbs.size());
        for (const VerbRow& each : verbs)
            names.push_back(each.name);
        const std::string_view near = base::closest_word(words.front(), names);
        throw cli::UsageError(
            "unknown command " + base::in_quotes(words.front()),
            near.empty() ? std::string() : "did you mean " + std::string(near)
        );
    }
    words.erase(words.begin());
    return &*row;
}

/// An option that another command has is no mistyped one.
void check_options(
    const cli::OptionTable& all,
    const cli::OptionTable& own,
    const VerbRow& row,
    const std::vector<std::string>& arguments
) {
    for (const cli::Given& each : cli::parse_arguments(all, arguments)) {
        if (cli::find_option(own, each.option->name) != nullptr) continue;
        const std::string name(row.name);
        throw cli::UsageError(
            name + " does not take --" + std::string(each.option->name),
            "mqtt-certgen " + name + " --help lists what it takes"
        );
    }
}

void check_words(const VerbRow& row, const Settings& settings) {
    if (settings.words.size() > row.most_words) {
        throw cli::UsageError(
            "unexpected word " + base::in_quotes(settings.words.at(row.most_words)),
            "mqtt-certgen " + std::string(row.name) + " --help shows what it takes"
        );
    }
    if (settings.words.size() < row.least_words) {
        throw cli::UsageError(
            std::string(row.name) + " needs " + std::string(row.words),
            "mqtt-certgen " + std::string(row.example)
        );
    }
    for (const std::string& word : settings.words) {
        if (word.empty()) throw cli::UsageError("a word is empty");
    }
}

void check_source(const PassphraseSource& source, const std::string& prefix) {
    if (source.file.empty() || source.environment.empty()) return;
    throw cli::UsageError(
        prefix + "-file and " + prefix + "-env exclude each other", "it comes from one place"
    );
}

void check_passphrases(const Settings& settings) {
    const PassphraseSource& pass = settings.authority_pass;
    check_source(pass, "--ca-pass");
    check_source(settings.old_pass, "--pass");
    check_source(settings.new_pass, "--new-pass");
    if (settings.no_pass && (pass.given() || settings.new_pass.given())) {
        throw cli::UsageError("--no-pass and a pass phrase for what is written exclude each other");
    }
    if (settings.from == "-" && pass.file == "-")
        throw cli::UsageError("--from - and --ca-pass-file - would read the same standard input");
}

void check(const Settings& settings) {
    check_passphrases(settings);
    if (settings.verb == Verb::client && settings.words.empty() == settings.from.empty()) {
        throw cli::UsageError(
            settings.from.empty() ? "client needs NAME..."
                                  : "client takes NAME... or --from, not both",
            "mqtt-certgen client sensor1, or mqtt-certgen client --from clients.csv"
        );
    }
    if (settings.verb == Verb::renew && settings.words.empty() != settings.warn_days.has_value()) {
        throw cli::UsageError(
            settings.warn_days ? "renew takes NAME... or --warn-days, not both"
                               : "renew needs NAME...",
            "mqtt-certgen renew server, or mqtt-certgen renew --warn-days 30"
        );
    }
    if (settings.verb == Verb::sign && !settings.use)
        throw cli::UsageError("sign needs --as", "--as server, --as client or --as both");
    if (settings.certificate_file.empty() != settings.key_file.empty())
        throw cli::UsageError("--cert and --key-file belong together");
    if (!settings.password_file.empty() && settings.user_name.empty())
        throw cli::UsageError("--password-file needs --username");
    const bool one_host =
        (in({Verb::verify, Verb::check, Verb::doctor, Verb::snippet}) & bit_of(settings.verb)) != 0;
    if (one_host && settings.hosts.size() > 1)
        throw cli::UsageError(std::string(row_of(settings.verb).name) + " takes one --host");
}

} // namespace

const VerbRow& row_of(Verb verb) {
    return *std::find_if(verbs.begin(), verbs.end(), [&](const VerbRow& each) {
        return each.verb == verb;
    });
}

std::optional<Settings> read_settings(cli::ToolContext& context) {
    Settings settings;
    const std::vector<OptionRows> rows = option_rows(settings);
    cli::OptionTable all = table_of(rows, std::nullopt);
    all.push_back(cli::general_options(context));
    std::vector<std::string> words = cli::take_words(all, context.arguments);
    const VerbRow* const row = take_verb(words);
    HelpTexts texts;
    const cli::ToolText text = text_of(row, texts, wants_all(context.arguments));
    cli::OptionTable own =
        table_of(rows, row == nullptr ? std::nullopt : std::optional<Verb>(row->verb));
    if (row == nullptr) {
        // Without a command the help lists the commands; the options are in --help-all.
        for (cli::OptionGroup& group : own) {
            for (cli::Option& option : group.options)
                option.shown = cli::Shown::in_full;
        }
    } else {
        cli::OptionTable with_general = own;
        with_general.push_back(cli::general_options(context));
        check_options(all, with_general, *row, context.arguments);
    }
    if (cli::read_options(context, text, std::move(own)) == cli::NextStep::leave)
        return std::nullopt;
    if (row == nullptr)
        throw cli::UsageError("the command is missing", "mqtt-certgen --help lists them");
    settings.verb = row->verb;
    settings.words = std::move(words);
    check_words(*row, settings);
    check(settings);
    return settings;
}

} // namespace mqtt_certgen
