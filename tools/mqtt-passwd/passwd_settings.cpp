#include "tools/mqtt-passwd/passwd_settings.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/read_options.hpp"
#include "common/cli/options/take_words.hpp"
#include "common/crypto/password_file.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mqtt_passwd {

namespace {

using crypto::HashMethod;
using Name = std::string_view;
using Text = std::string_view;

constexpr std::uint64_t kib_a_mib = 1024;

constexpr cli::ToolText text{
    .name = "mqtt-passwd",
    .synopsis = "[option...] [verify | list] FILE [USER...]",
    .purpose = "Adds users to a password file, changes, checks, lists and deletes them",
    .notes = "Passwords are asked for on the terminal, twice. When standard input is no\n"
             "terminal, two lines of it are read for each user instead.\n"
             "With -c, FILE may be -: the lines go to standard output.\n",
    .examples = "  mqtt-passwd -c users.txt alice\n"
                "  mqtt-passwd --generate users.txt sensor-1 sensor-2\n"
                "  mqtt-passwd verify users.txt alice\n",
};

/// What the options say, and what only matters while they are read.
struct Draft {
    PasswdSettings settings;
    std::string task_option;   ///< "--delete"
    std::string source_option; ///< "--stdin"
    std::optional<HashMethod> method;
    std::optional<std::uint32_t> iterations;
    std::optional<std::uint32_t> memory_kib;
    std::optional<std::uint32_t> passes;
};

void set_once(std::string& before, Name name, const std::string& hint) {
    if (!before.empty() && before != name)
        throw cli::UsageError(before + " and " + std::string(name) + " exclude each other", hint);
    before = name;
}

cli::ApplyOption task_setter(Draft& draft, Task task) {
    return [&draft, task](Name name, Text) {
        set_once(draft.task_option, name, "one run does one thing");
        draft.settings.task = task;
    };
}

cli::ApplyOption source_setter(Draft& draft, Source source) {
    return [&draft, source](Name name, Text) {
        set_once(draft.source_option, name, "a password comes from one place");
        draft.settings.source = source;
    };
}

void set_method(Draft& draft, Name name, Text value) {
    constexpr HashMethod methods[] = {
        HashMethod::argon2id, HashMethod::pbkdf2_sha512, HashMethod::sha512};
    const HashMethod method = methods[cli::choice(name, value, "argon2id|sha512-pbkdf2|sha512")];
    if (method == HashMethod::sha512) {
        throw cli::UsageError(
            "one round of SHA-512 can be guessed too fast, and is only read",
            "-H sha512-pbkdf2 works in every mosquitto since 2.0"
        );
    }
    draft.method = method;
}

cli::OptionGroup task_options(Draft& draft) {
    Draft& d = draft;
    // clang-format off
    return {"What to do", {
        {.letter = 'c', .name = "create", .help = "make a new file", .shown = cli::Shown::in_help,
         .apply = [&d](Name, Text) { d.settings.create = true; }},
        {.name = "force", .help = "with -c: replace a file that is there",
         .apply = [&d](Name, Text) { d.settings.force = true; }},
        {.letter = 'D', .name = "delete", .help = "delete the users", .shown = cli::Shown::in_help,
         .apply = task_setter(d, Task::remove)},
        {.letter = 'U', .name = "update", .help = "hash the passwords that FILE holds as plain text",
         .shown = cli::Shown::in_help, .apply = task_setter(d, Task::hash_plain)},
        {.name = "reload", .value = "PIDFILE", .help = "then have the daemon read it: send HUP to that process",
         .shown = cli::Shown::in_help, .apply = [&d](Name, Text v) { d.settings.pid_file = v; }},
        {.name = "json", .help = "say in JSON what was found or done",
         .apply = [&d](Name, Text) { d.settings.json = true; }},
    }};
    // clang-format on
}

cli::OptionGroup password_options(Draft& draft) {
    Draft& d = draft;
    // clang-format off
    return {"Where passwords come from", {
        {.letter = 'b', .name = "batch", .help = "USER PASSWORD in pairs; other users can see them (ps)",
         .shown = cli::Shown::in_help, .apply = source_setter(d, Source::words)},
        {.name = "stdin", .help = "a line for each USER; without USER, lines user:password",
         .shown = cli::Shown::in_help, .apply = source_setter(d, Source::lines)},
        {.name = "generate", .help = "make random ones and print them", .shown = cli::Shown::in_help,
         .apply = source_setter(d, Source::generate)},
    }};
    // clang-format on
}

cli::OptionGroup hash_options(Draft& draft) {
    Draft& d = draft;
    const auto set_iterations = [&d](Name n, Text v) {
        const cli::NumberRange range{crypto::least_new_iterations, crypto::most_iterations};
        d.iterations = static_cast<std::uint32_t>(cli::whole_number(n, v, range));
    };
    const auto set_memory = [&d](Name n, Text v) {
        const cli::NumberRange range{1, crypto::most_memory_kib / kib_a_mib};
        d.memory_kib = static_cast<std::uint32_t>(cli::whole_number(n, v, range) * kib_a_mib);
    };
    const auto set_passes = [&d](Name n, Text v) {
        const cli::NumberRange range{1, crypto::most_passes};
        d.passes = static_cast<std::uint32_t>(cli::whole_number(n, v, range));
    };
    // clang-format off
    return {"How they are hashed", {
        {.letter = 'H', .name = "hash", .value = "METHOD", .help = "argon2id, or sha512-pbkdf2 for any mosquitto",
         .preset = "argon2id", .choices = "argon2id|sha512-pbkdf2", .shown = cli::Shown::in_help,
         .apply = [&d](Name n, Text v) { set_method(d, n, v); }},
        {.letter = 'I', .name = "iterations", .value = "N", .help = "of sha512-pbkdf2, which it stands for as well",
         .preset = "210000", .apply = set_iterations},
        {.name = "memory", .value = "MIB", .help = "that argon2id needs for a guess", .preset = "46",
         .apply = set_memory},
        {.name = "passes", .value = "N", .help = "of argon2id over the memory", .preset = "1",
         .apply = set_passes},
    }};
    // clang-format on
}

void settle_hash(Draft& draft, cli::Console& console) {
    if (draft.iterations &&
        (draft.method == HashMethod::argon2id || draft.memory_kib || draft.passes)) {
        throw cli::UsageError(
            "--iterations belongs to -H sha512-pbkdf2", "argon2id has --memory and --passes"
        );
    }
    if ((draft.memory_kib || draft.passes) && draft.method == HashMethod::pbkdf2_sha512) {
        throw cli::UsageError(
            "--memory and --passes belong to -H argon2id", "sha512-pbkdf2 has --iterations"
        );
    }
    PasswdSettings& settings = draft.settings;
    settings.method =
        draft.method.value_or(draft.iterations ? HashMethod::pbkdf2_sha512 : HashMethod::argon2id);
    const crypto::HashCost usual = crypto::usual_cost(settings.method);
    settings.cost = usual;
    settings.cost.rounds =
        draft.iterations ? *draft.iterations : draft.passes.value_or(usual.rounds);
    settings.cost.memory_kib = draft.memory_kib.value_or(usual.memory_kib);
    if (draft.iterations && *draft.iterations < usual.rounds) {
        console.warning(
            "fewer than " + std::to_string(usual.rounds) +
            " iterations are too few for a password (got " + std::to_string(*draft.iterations) + ")"
        );
    }
}

/// A first word that is a command; a file of that name is ./verify.
void take_command(Draft& draft, std::vector<std::string>& words) {
    if (words.empty() || (words.front() != "verify" && words.front() != "list")) return;
    const bool verify = words.front() == "verify";
    set_once(draft.task_option, words.front(), "one run does one thing");
    draft.settings.task = verify ? Task::verify : Task::list;
    words.erase(words.begin());
}

void take_users(PasswdSettings& settings, std::vector<std::string>& words) {
    if (words.empty()) throw cli::UsageError("the file is missing", "mqtt-passwd FILE USER");
    settings.file = std::move(words.front());
    words.erase(words.begin());
    if (settings.source == Source::words) {
        if (words.size() % 2 != 0) {
            throw cli::UsageError(
                "the password of " + base::in_quotes(words.back()) + " is missing",
                "-b FILE USER PASSWORD; without -b it is asked for"
            );
        }
        for (std::size_t i = 0; i < words.size(); i += 2) {
            settings.users.push_back(std::move(words[i]));
            settings.passwords.emplace_back(std::move(words[i + 1]));
            if (settings.passwords.back().empty()) {
                throw cli::UsageError(
                    "the password of " + base::in_quotes(settings.users.back()) + " is empty"
                );
            }
        }
    } else {
        settings.users = std::move(words);
    }
    std::set<std::string_view> seen;
    for (const std::string& user : settings.users) {
        if (const std::string wrong = crypto::problem_of_user_name(user); !wrong.empty())
            throw cli::UsageError(
                "the user name " + base::in_quotes(user) + " cannot be: " + wrong
            );
        if (!seen.insert(user).second)
            throw cli::UsageError("the user " + base::in_quotes(user) + " is named twice");
    }
}

bool asks_for_passwords(Task task) {
    return task == Task::set || task == Task::verify;
}

void check_file(const PasswdSettings& settings) {
    if (settings.file == "-" &&
        (!settings.create || settings.json || settings.source == Source::generate))
        throw cli::UsageError("FILE may be - only with -c, and without --json and --generate");
    if (settings.file == "-" && !settings.pid_file.empty())
        throw cli::UsageError("--reload needs a file that the daemon reads (got \"-\")");
    if (settings.file.empty()) throw cli::UsageError("the name of the file is empty");
}

void check(const Draft& draft) {
    const PasswdSettings& settings = draft.settings;
    const Task task = settings.task;
    const std::string& option = draft.task_option;
    if (settings.create && task != Task::set)
        throw cli::UsageError("--create and " + option + " exclude each other");
    if (settings.force && !settings.create) throw cli::UsageError("--force needs --create");
    if (!asks_for_passwords(task) && !draft.source_option.empty())
        throw cli::UsageError(option + " needs no password (got " + draft.source_option + ")");
    if (task == Task::verify && settings.source == Source::generate)
        throw cli::UsageError("verify and --generate exclude each other");
    const bool hash_given = draft.method || draft.iterations || draft.memory_kib || draft.passes;
    if (hash_given && task != Task::set && task != Task::hash_plain) {
        throw cli::UsageError(
            option + " hashes nothing", "-H and its costs are for passwords that are stored"
        );
    }
    if (!settings.pid_file.empty() && (task == Task::verify || task == Task::list))
        throw cli::UsageError(option + " changes nothing that a daemon would have to read");
    const bool whole_file = task == Task::hash_plain || task == Task::list;
    if (whole_file && !settings.users.empty()) {
        throw cli::UsageError(
            "unexpected word " + base::in_quotes(settings.users.front()),
            option + " takes the whole file"
        );
    }
    const bool users_in_lines = task == Task::set && settings.source == Source::lines;
    if (!whole_file && !users_in_lines && settings.users.empty())
        throw cli::UsageError("the user is missing", "mqtt-passwd FILE USER");
    check_file(settings);
}

} // namespace

std::optional<PasswdSettings> read_settings(cli::ToolContext& context) {
    Draft draft;
    cli::OptionTable table{task_options(draft), password_options(draft), hash_options(draft)};
    cli::OptionTable all = table;
    all.push_back(cli::general_options(context));
    std::vector<std::string> words = cli::take_words(all, context.arguments);
    if (cli::read_options(context, text, std::move(table)) == cli::NextStep::leave)
        return std::nullopt;
    take_command(draft, words);
    take_users(draft.settings, words);
    check(draft);
    settle_hash(draft, context.console);
    return std::move(draft.settings);
}

} // namespace mqtt_passwd
