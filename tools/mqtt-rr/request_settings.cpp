#include "tools/mqtt-rr/request_settings.hpp"

#include "common/cli/error.hpp"
#include "common/cli/options/connection_options.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/print_options.hpp"
#include "common/cli/options/read_options.hpp"

#include <utility>

namespace mqtt_rr {

namespace {

using Name = std::string_view;
using Text = std::string_view;
using cli::PayloadSource;
using cli::Shown;

constexpr cli::ToolText text{
    .name = "mqtt-rr",
    .synopsis = "-t TOPIC (-m TEXT | -f FILE | -l | -s | -n) [option...]",
    .purpose = "Sends requests to an MQTT responder and prints the answers",
    .notes = "With MQTT 5.0 every request carries the topic for its answer and correlation\n"
             "data of its own; an answer with other data is not taken. Before, the first\n"
             "message on the topic of -e is the answer, and the next request follows it.\n"
             "The answers to several requests (-l) come in the order of the lines. The\n"
             "fields of -F are those of mqtt-sub.\n"
             "\n"
             "Defaults are read from the first of $XDG_CONFIG_HOME/mqtt-rr and mosquitto_rr\n"
             "there (or in $HOME/.config): an option a line, \"-x value\" or \"--long value\".\n",
    .examples = "  mqtt-rr -t lamp/get -m brightness -W 5\n"
                "  mqtt-rr -h broker.local -t sum -e sum/answers/me -l < numbers\n",
};

constexpr std::string_view one_source = "the requests come from one place: -m, -f, -l, -s or -n";

/// What the options say, and what only matters while they are read.
struct Draft {
    Draft() { connection.connect.session.version = mqtt::ProtocolVersion::v5; }

    RequestSettings settings;
    cli::ConnectionSettings connection{"connect|publish|subscribe|disconnect|will"};
};

void require_v5(Draft& draft, Name name) {
    draft.connection.connect.session.version = mqtt::ProtocolVersion::v5;
    draft.connection.needs_v5 = name;
}

cli::OptionGroup request_options(Draft& draft) {
    Draft& d = draft;
    RequestSettings& s = draft.settings;
    const auto from = [&d](PayloadSource source) {
        return [&d, source](Name n, Text v) {
            d.settings.payload.set(n, source, v, one_source);
        };
    };
    // clang-format off
    return {"Request", {
        {.letter = 't', .name = "topic", .value = "TOPIC", .help = "where to send the request", .shown = Shown::in_help,
         .apply = [&s](Name n, Text v) { s.request_topic = cli::topic_name(n, v); }},
        {.letter = 'e', .name = "response-topic", .value = "TOPIC", .help = "where to wait for the answer", .preset = "one of its own",
         .shown = Shown::in_help, .apply = [&s](Name n, Text v) { s.response_topic = cli::topic_name(n, v); }},
        {.letter = 'm', .name = "message", .value = "TEXT", .help = "the request",
         .shown = Shown::in_help, .apply = from(PayloadSource::text)},
        {.letter = 'f', .name = "file", .value = "FILE", .help = "a file as the request", .apply = from(PayloadSource::file)},
        {.letter = 'l', .name = "stdin-line", .help = "each line of standard input as a request",
         .shown = Shown::in_help, .apply = from(PayloadSource::lines)},
        {.letter = 's', .name = "stdin-file", .help = "all of standard input as one request", .apply = from(PayloadSource::whole_stdin)},
        {.letter = 'n', .name = "null-message", .help = "an empty request", .apply = from(PayloadSource::empty)},
        cli::qos_option(s.options.qos, "of the request and, at most, of the answer"),
    }};
    // clang-format on
}

cli::OptionGroup answer_options(Draft& draft) {
    Draft& d = draft;
    RequestSettings& s = draft.settings;
    const auto set_retain_handling = [&d](Name n, Text v) {
        require_v5(d, n);
        d.settings.options.retain_handling =
            static_cast<mqtt::RetainHandling>(cli::choice(n, v, "always|new|never"));
    };
    const auto set_as_published = [&d](Name n, Text) {
        require_v5(d, n);
        d.settings.options.retain_as_published = true;
    };
    // clang-format off
    cli::OptionGroup group{"Answer", {
        {.letter = 'W', .name = "timeout", .value = "SECONDS", .help = "give up after this time, with exit code 27", .preset = "none", .shown = Shown::in_help,
         .apply = [&s](Name n, Text v) { s.timeout = cli::time_limit(n, v); }},
        {.letter = 'R', .name = "no-retained", .help = "a retained message is no answer",
         .apply = [&s](Name, Text) { s.skip_retained = true; }},
        {.name = "retain-handling", .value = "WHEN", .help = "when the broker sends retained messages (MQTT 5.0)", .preset = "always",
         .choices = "always|new|never", .apply = set_retain_handling},
        {.name = "retain-as-published", .help = "have the broker keep the retain flag (MQTT 5.0)", .apply = set_as_published},
        {.name = "latency", .help = "tell on stderr how long each answer took", .apply = [&s](Name, Text) { s.latency = true; }},
    }};
    // clang-format on
    for (cli::Option& option : cli::print_options(s.print))
        group.options.push_back(std::move(option));
    return group;
}

cli::OptionTable option_table(Draft& draft) {
    const cli::TakeTopic take_topic = [&draft](Name name, const std::string& topic) {
        draft.settings.request_topic = cli::topic_name(std::string(name) + ": the topic", topic);
    };
    return {
        request_options(draft),
        answer_options(draft),
        cli::connection_options(draft.connection, take_topic),
        cli::session_options(draft.connection, "5"),
        cli::will_options(draft.connection),
        cli::transport_options(draft.connection),
    };
}

void check(const Draft& draft) {
    const RequestSettings& settings = draft.settings;
    if (settings.request_topic.empty())
        throw cli::UsageError("the topic of the request is missing", "-t TOPIC");
    if (settings.payload.source == PayloadSource::none) {
        throw cli::UsageError(
            "there is no request",
            "-m TEXT, -f FILE, -l (lines of standard input), -s (all of it) or -n (empty)"
        );
    }
    const bool is_5 = draft.connection.connect.session.version == mqtt::ProtocolVersion::v5;
    if (settings.response_topic.empty() && !is_5) {
        throw cli::UsageError(
            "the topic of the answer is missing: before MQTT 5.0 a responder is not told of it",
            "-e TOPIC"
        );
    }
}

void complete(Draft& draft) {
    RequestSettings& s = draft.settings;
    s.publish_properties = draft.connection.properties.of(mqtt::PropertyScope::publish);
    s.subscribe_properties = draft.connection.properties.of(mqtt::PropertyScope::subscribe);
    s.disconnect_properties = draft.connection.properties.of(mqtt::PropertyScope::disconnect);
    const mqtt::PropertyList given = s.publish_properties.list();
    if (given.has(mqtt::PropertyId::response_topic)) {
        throw cli::UsageError("the topic of the answer is what -e says", "-e TOPIC");
    }
    if (given.has(mqtt::PropertyId::correlation_data) && s.payload.source == PayloadSource::lines) {
        throw cli::UsageError(
            "correlation-data and --stdin-line exclude each other: each request needs its own"
        );
    }
    // The answers to one connection do not come to the next one.
    s.connect.retry.reconnect = false;
    if (s.latency) s.connect.destination.no_delay = true;
}

} // namespace

std::optional<RequestSettings> read_settings(cli::ToolContext& context) {
    Draft draft;
    if (cli::read_options(context, text, option_table(draft)) == cli::NextStep::leave)
        return std::nullopt;
    check(draft);
    draft.connection.reads_stdin = draft.settings.payload.source == PayloadSource::lines ||
                                   draft.settings.payload.source == PayloadSource::whole_stdin;
    draft.settings.connect = cli::finish_connection(draft.connection);
    complete(draft);
    return std::move(draft.settings);
}

} // namespace mqtt_rr
