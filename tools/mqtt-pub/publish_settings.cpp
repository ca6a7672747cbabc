#include "tools/mqtt-pub/publish_settings.hpp"

#include "common/cli/error.hpp"
#include "common/cli/options/connection_options.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/read_options.hpp"

#include <utility>

namespace mqtt_pub {

namespace {

using Name = std::string_view;
using Text = std::string_view;
using cli::PayloadSource;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::chrono::seconds longest_time{31'536'000}; ///< a year

constexpr cli::ToolText text{
    .name = "mqtt-pub",
    .synopsis = "-t TOPIC (-m TEXT | -f FILE | -l | -s | -n) [option...]",
    .purpose = "Publishes messages to an MQTT broker",
    .notes = "Defaults are read from the first of $XDG_CONFIG_HOME/mqtt-pub and mosquitto_pub\n"
             "there (or in $HOME/.config): an option a line, \"-x value\" or \"--long value\".\n",
    .examples = "  mqtt-pub -t home/kitchen/temperature -m 21.5\n"
                "  mqtt-pub -h broker.local -t log/boot -q 1 -l < /var/log/boot.log\n",
};

constexpr std::string_view one_source = "one run sends one kind of message: -m, -f, -l, -s or -n";

/// What the options say, and what only matters while they are read.
struct Draft {
    PublishSettings settings;
    cli::ConnectionSettings connection{"connect|publish|disconnect|will"};
    bool repeat_given = false;
    bool repeat_delay_given = false;
    bool timeout_given = false;
};

cli::OptionGroup message_options(Draft& draft) {
    using enum PayloadSource;
    Draft& d = draft;
    const auto from = [&d](PayloadSource source) {
        return [&d, source](Name n, Text v) {
            d.settings.payload.set(n, source, v, one_source);
        };
    };
    const auto set_repeat = [&d](Name n, Text v) {
        d.repeat_given = true;
        d.settings.repeat = cli::whole_number(n, v, {1, UINT32_MAX});
    };
    const auto set_delay = [&d](Name n, Text v) {
        d.repeat_delay_given = true;
        d.settings.repeat_delay = cli::seconds(n, v, longest_time);
    };
    const auto set_timeout = [&d](Name n, Text v) {
        d.timeout_given = true;
        d.settings.timeout = duration_cast<milliseconds>(cli::seconds(n, v, longest_time));
    };
    // clang-format off
    return {"Message", {
        {.letter = 't', .name = "topic", .value = "TOPIC", .help = "where to publish", .shown = cli::Shown::in_help,
         .apply = [&d](Name n, Text v) { d.settings.topic = cli::topic_name(n, v); }},
        {.letter = 'm', .name = "message", .value = "TEXT", .help = "the message",
         .shown = cli::Shown::in_help, .apply = from(text)},
        {.letter = 'f', .name = "file", .value = "FILE", .help = "a file as one message",
         .shown = cli::Shown::in_help, .apply = from(file)},
        {.letter = 'l', .name = "stdin-line", .help = "each line of standard input as a message",
         .shown = cli::Shown::in_help, .apply = from(lines)},
        {.letter = 's', .name = "stdin-file", .help = "all of standard input as one message",
         .shown = cli::Shown::in_help, .apply = from(whole_stdin)},
        {.letter = 'n', .name = "null-message", .help = "an empty message; with -r deletes the retained one",
         .shown = cli::Shown::in_help, .apply = from(empty)},
        cli::qos_option(d.settings.qos, "0 at most once, 1 at least once, 2 exactly once"),
        {.letter = 'r', .name = "retain", .help = "have the broker keep it for later subscribers",
         .shown = cli::Shown::in_help, .apply = [&d](Name, Text) { d.settings.retain = true; }},
        {.name = "repeat", .value = "N", .help = "publish it N times", .preset = "1", .apply = set_repeat},
        {.name = "repeat-delay", .value = "SECONDS", .help = "pause after the delivery of each", .preset = "0",
         .apply = set_delay},
        {.name = "timeout", .value = "SECONDS",
         .help = "give up when no acknowledgement comes for so long; 0: never", .preset = "60, with --retry 0",
         .apply = set_timeout},
    }};
    // clang-format on
}

cli::OptionTable option_table(Draft& draft) {
    const cli::TakeTopic take_topic = [&draft](Name name, const std::string& topic) {
        draft.settings.topic = cli::topic_name(std::string(name) + ": the topic", topic);
    };
    return {
        message_options(draft),
        cli::connection_options(draft.connection, take_topic),
        cli::session_options(draft.connection),
        cli::will_options(draft.connection),
        cli::transport_options(draft.connection),
    };
}

void check(const Draft& draft) {
    const PublishSettings& settings = draft.settings;
    if (settings.topic.empty()) throw cli::UsageError("the topic is missing", "-t TOPIC");
    if (settings.payload.source == PayloadSource::none) {
        throw cli::UsageError(
            "there is nothing to publish",
            "-m TEXT, -f FILE, -l (lines of standard input), -s (all of it) or -n (empty)"
        );
    }
    if (draft.repeat_given && settings.payload.source == PayloadSource::lines)
        throw cli::UsageError("--repeat and --stdin-line exclude each other");
    if (draft.repeat_delay_given && !draft.repeat_given)
        throw cli::UsageError("--repeat-delay needs --repeat");
}

} // namespace

std::optional<PublishSettings> read_settings(cli::ToolContext& context) {
    Draft draft;
    if (cli::read_options(context, text, option_table(draft)) == cli::NextStep::leave)
        return std::nullopt;
    check(draft);
    PublishSettings settings = std::move(draft.settings);
    draft.connection.reads_stdin = settings.payload.source == PayloadSource::lines ||
                                   settings.payload.source == PayloadSource::whole_stdin;
    settings.connect = cli::finish_connection(draft.connection);
    settings.connect.retry.reconnect = draft.connection.retry;
    if (draft.connection.retry && !draft.timeout_given) settings.timeout = milliseconds(0);
    settings.publish_properties = draft.connection.properties.of(mqtt::PropertyScope::publish);
    settings.disconnect_properties =
        draft.connection.properties.of(mqtt::PropertyScope::disconnect);
    // An alias pays from the second message on; one that was asked for is sent as it is.
    const bool chosen = settings.publish_properties.list().has(mqtt::PropertyId::topic_alias);
    const bool one_message =
        settings.payload.source != PayloadSource::lines && settings.repeat == 1;
    if (chosen || one_message) settings.connect.session.max_topic_aliases = 0;
    return settings;
}

} // namespace mqtt_pub
