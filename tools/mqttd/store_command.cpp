#include "tools/mqttd/store_command.hpp"

#include "common/cli/console.hpp"
#include "common/cli/error.hpp"
#include "tools/mqttd/app/open_store.hpp"
#include "tools/mqttd/app/start_config.hpp"
#include "tools/mqttd/persistence/closed_store.hpp"
#include "tools/mqttd/persistence/import_file.hpp"
#include "tools/mqttd/running_store.hpp"
#include "tools/mqttd/store_lines.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <optional>
#include <span>
#include <string_view>

namespace mqttd {

namespace {

constexpr std::string_view help_text =
    R"(Usage: mqttd store dump FILE
       mqttd store check FILE
       mqttd store backup FILE TARGET
       mqttd store import MOSQUITTO.DB TARGET
What persistence keeps. dump and backup ask the mqttd that has the file open for a copy;
check and import need it stopped.

  dump    print it: one JSON object a line for each session, subscription, message,
          and place of a message in the queue of a session or among the retained ones
  check   read the whole file and say whether all of it is in order
  backup  copy it to a file that does not exist yet; a running mqttd writes that file, so
          its user needs the right to
  import  make a store out of what mosquitto 1.6 to 2.0 has saved: stop that first

FILE may be the configuration, NAME.conf, that names it. FILE and MOSQUITTO.DB are not
changed.
Exit status: 0 success, 1 the file cannot be read or is corrupt, 2 wrong usage,
3 wrong configuration.

Example:
  mqttd store dump /var/lib/mqttd/mqttd.db | grep '"type":"session"'
)";

using Words = std::span<const std::string>;

class ConsoleLog final : public base::Log {
public:
    explicit ConsoleLog(cli::Console& console) : console_(console) {}

    [[nodiscard]] bool enabled(base::LogLevel level) const override {
        return level == base::LogLevel::error || level == base::LogLevel::warning;
    }

    void write(base::LogLevel level, std::string line) override {
        if (enabled(level)) console_.warning(line);
    }

private:
    cli::Console& console_;
};

StoreTimes now() {
    return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
}

[[nodiscard]] ExitStatus fail(cli::Console& console, const StoreError& error) {
    console.error(error.text);
    return ExitStatus::failed;
}

template <typename Value>
[[nodiscard]] bool is_in_use(const StoreResult<Value>& result) {
    return result.has_error() && result.error().fault == StoreFault::in_use;
}

ExitStatus dump(Words files, cli::Console& console) {
    ConsoleLog log(console);
    const StoreTimes times = now();
    StoreLines lines(std::cout, times);
    auto read = read_closed_store(files[0], lines, times, Thoroughness::content, log);
    if (is_in_use(read)) {
        const auto copy = TemporaryBackup::of(files[0]);
        if (copy.has_error()) return fail(console, copy.error());
        read = read_closed_store(copy->path(), lines, times, Thoroughness::content, log);
    }
    if (read.has_error()) return fail(console, read.error());
    std::cout.flush();
    if (std::cout) return ExitStatus::ok;
    console.error("cannot write to stdout");
    return ExitStatus::failed;
}

/// Counts what a store has.
class Counter final : public StoreReader {
public:
    void on_session(SessionRecord) override { ++sessions_; }

    void on_subscription(SubscriptionRecord) override { ++subscriptions_; }

    void on_unreleased(StoreId, mqtt::PacketId) override {}

    void on_message(StoreId, const MessageParts&) override { ++messages_; }

    void on_row(RowRecord row) override { ++(row.session == 0 ? retained_ : queued_); }

    [[nodiscard]] std::string text() const {
        return "sessions " + std::to_string(sessions_) + ", subscriptions " +
               std::to_string(subscriptions_) + ", messages " + std::to_string(messages_) +
               ", queued " + std::to_string(queued_) + ", retained " + std::to_string(retained_);
    }

private:
    std::uint64_t sessions_ = 0;
    std::uint64_t subscriptions_ = 0;
    std::uint64_t messages_ = 0;
    std::uint64_t queued_ = 0;
    std::uint64_t retained_ = 0;
};

ExitStatus check(Words files, cli::Console& console) {
    ConsoleLog log(console);
    Counter counter;
    const auto read = read_closed_store(files[0], counter, now(), Thoroughness::file, log);
    if (read.has_error()) return fail(console, read.error());
    std::cout << files[0] << ": in order: " << counter.text() << '\n';
    if (!read->was_clean) console.note("the last run did not end in good order");
    if (read->orphans != 0) {
        console.note(
            "entries that belong to nothing: " + std::to_string(read->orphans) +
            "; the next start drops them"
        );
    }
    return ExitStatus::ok;
}

ExitStatus back_up(Words files, cli::Console& console) {
    auto done = back_up_closed_store(files[0], files[1]);
    if (is_in_use(done)) done = back_up_running_store(files[0], files[1]);
    return done.has_error() ? fail(console, done.error()) : ExitStatus::ok;
}

ExitStatus import(Words files, cli::Console& console) {
    ConsoleLog log(console);
    const auto imported = import_mosquitto_file(files[0], files[1], now(), log);
    if (imported.has_error()) return fail(console, imported.error());
    std::cout << files[1] << ": sessions " << imported->sessions << ", subscriptions "
              << imported->subscriptions << ", queued " << imported->queued << ", retained "
              << imported->retained << '\n';
    if (imported->expired != 0) {
        console.note(
            "left out because their time has passed: " + std::to_string(imported->expired)
        );
    }
    if (imported->illegal != 0) {
        console.warning(
            "left out because MQTT does not allow them: " + std::to_string(imported->illegal)
        );
    }
    return ExitStatus::ok;
}

/// A configuration names its store. nullopt: what is wrong with it was said.
std::optional<std::string> store_of(const std::string& word, cli::Console& console) {
    if (!word.ends_with(".conf")) return word;
    CommandLine command;
    command.config_file = word;
    const ConfigResult result = read_reload_config(command);
    if (!result) {
        std::cerr << to_text(result.errors);
        return std::nullopt;
    }
    if (result.config.persistence.on) return store_path(result.config.persistence);
    console.error(word + ": persistence is off, so there is no store");
    return std::nullopt;
}

struct Verb {
    std::string_view name;
    std::size_t files;
    std::string_view usage;
    ExitStatus (*run)(Words, cli::Console&);
};

constexpr std::array verbs{
    Verb{"dump", 1, "mqttd store dump FILE", dump},
    Verb{"check", 1, "mqttd store check FILE", check},
    Verb{"backup", 2, "mqttd store backup FILE TARGET", back_up},
    Verb{"import", 2, "mqttd store import MOSQUITTO.DB TARGET", import},
};

const Verb& find_verb(Words words) {
    if (words.empty()) throw cli::UsageError("store needs to be told what to do");
    const auto verb = std::find_if(verbs.begin(), verbs.end(), [&words](const Verb& candidate) {
        return candidate.name == words[0];
    });
    if (verb == verbs.end()) throw cli::UsageError("there is no \"store " + words[0] + "\"");
    if (words.size() - 1 != verb->files) {
        throw cli::UsageError(
            "store " + words[0] + " takes " +
                (verb->files == 1 ? "one file" : std::to_string(verb->files) + " files"),
            std::string(verb->usage)
        );
    }
    return *verb;
}

} // namespace

ExitStatus run_store_command(const std::vector<std::string>& arguments) {
    const Words words(arguments);
    const auto wants_help = [](const std::string& word) {
        return word == "-h" || word == "--help";
    };
    if (std::any_of(words.begin(), words.end(), wants_help)) {
        std::cout << help_text;
        return ExitStatus::ok;
    }
    cli::Console console("mqttd", std::cerr);
    try {
        const Verb& verb = find_verb(words);
        std::vector<std::string> files(words.begin() + 1, words.end());
        const auto store = store_of(files[0], console);
        if (!store) return ExitStatus::bad_configuration;
        files[0] = *store;
        return verb.run(files, console);
    } catch (const cli::UsageError& error) {
        console.error(error.what(), error.hint().empty() ? "see mqttd store --help" : error.hint());
        return ExitStatus::usage;
    }
}

} // namespace mqttd
