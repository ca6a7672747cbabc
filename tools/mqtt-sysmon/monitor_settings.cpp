#include "tools/mqtt-sysmon/monitor_settings.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/connection_options.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/read_options.hpp"

#include <unistd.h>

#include <utility>

namespace mqtt_sysmon {

namespace {

using Name = std::string_view;
using Text = std::string_view;
using cli::Shown;

constexpr cli::ToolText text{
    .name = "mqtt-sysmon",
    .synopsis = "[option...]",
    .purpose = "Watches brokers by what they publish below $SYS",
    .notes =
        "On a terminal the tool fills the screen; ? shows the keys. Otherwise it prints a line\n"
        "for each round of the broker, which mosquitto and mqttd publish every 10 seconds.\n"
        "\n"
        "With --check and --warn the exit code is that of a monitoring plugin: 0 ok,\n"
        "1 warning, 2 critical, 3 unknown. Short names of values: clients, received, sent,\n"
        "dropped, bytes_in, bytes_out, retained, stored, queued, subscriptions, memory.\n",
    .examples = "  mqtt-sysmon -h broker.local\n"
                "  mqtt-sysmon -h broker.local --check 'dropped.rate>0' --warn 'clients<10'\n",
};

/// What the options say, and what only matters while they are read.
struct Draft {
    MonitorSettings settings;
    cli::ConnectionSettings connection{"connect|subscribe|disconnect"};
    std::vector<std::pair<std::string, std::uint16_t>> others; ///< host, port 0: that of the first
    std::string mode_option;
    std::string format_option;
    bool filter_given = false;
};

[[noreturn]] void refuse_both(const std::string& first, Name second) {
    throw cli::UsageError(first + " and " + std::string(second) + " exclude each other");
}

void set_mode(Draft& draft, Name name, Mode mode) {
    if (!draft.mode_option.empty() && draft.settings.mode != mode)
        refuse_both(draft.mode_option, name);
    draft.mode_option = name;
    draft.settings.mode = mode;
}

void set_format(Draft& draft, Name name, Format format) {
    if (!draft.format_option.empty() && draft.format_option != name)
        refuse_both(draft.format_option, name);
    draft.format_option = name;
    draft.settings.format = format;
}

/// "host", "host:port", "[::1]:port".
void add_broker(Draft& draft, Name name, Text value) {
    std::string_view host = value;
    std::uint16_t port = 0;
    const std::size_t colon = value.rfind(':');
    const bool is_bare_ipv6 = value.find(':') != colon && !value.starts_with('[');
    if (colon != std::string_view::npos && !is_bare_ipv6 && !value.ends_with(']')) {
        port = static_cast<std::uint16_t>(
            cli::whole_number(name, value.substr(colon + 1), {1, UINT16_MAX})
        );
        host = value.substr(0, colon);
    }
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty()) {
        throw cli::UsageError(
            std::string(name) + " needs a broker (got " + base::in_quotes(value) + ")",
            "HOST or HOST:PORT"
        );
    }
    draft.others.emplace_back(host, port);
}

cli::OptionGroup mode_options(Draft& draft) {
    Draft& d = draft;
    MonitorSettings& s = draft.settings;
    const auto mode = [&d](Mode which) {
        return [&d, which](Name n, Text) {
            set_mode(d, n, which);
        };
    };
    const auto format = [&d](Format which) {
        return [&d, which](Name n, Text) {
            set_format(d, n, which);
        };
    };
    // clang-format off
    return {"What to show", {
        {.name = "once", .help = "print every value once, and end", .shown = Shown::in_help, .apply = mode(Mode::once)},
        {.name = "watch", .help = "print a line for each round, also on a terminal", .shown = Shown::in_help, .apply = mode(Mode::watch)},
        {.name = "json", .help = "an object in a line for each round", .shown = Shown::in_help, .apply = format(Format::json)},
        {.name = "csv", .help = "the main values in columns for each round", .apply = format(Format::csv)},
        {.name = "prometheus", .value = "FILE", .help = "keep metrics there for Prometheus; - is stdout", .shown = Shown::in_help,
         .apply = [&d, &s](Name n, Text v) { set_format(d, n, Format::prometheus); s.prometheus_file = v; }},
        {.name = "check", .value = "CONDITION", .help = "end with 2 when it holds, as 'dropped.rate>0'", .shown = Shown::in_help, .repeatable = true,
         .apply = [&s](Name n, Text v) { s.critical.push_back(Condition::parse(n, v)); }},
        {.name = "warn", .value = "CONDITION", .help = "end with 1 when it holds; may be repeated", .repeatable = true,
         .apply = [&s](Name n, Text v) { s.warning.push_back(Condition::parse(n, v)); }},
        {.letter = 'W', .name = "timeout", .value = "SECONDS", .help = "of --once and --check: how long to wait for the values", .preset = "60",
         .apply = [&s](Name n, Text v) { s.timeout = cli::time_limit(n, v); }},
        {.name = "also", .value = "HOST[:PORT]", .help = "another broker, reached in the same way", .shown = Shown::in_help, .repeatable = true,
         .apply = [&d](Name n, Text v) { add_broker(d, n, v); }},
        {.letter = 't', .name = "topic", .value = "FILTER", .help = "what to subscribe to; may be repeated", .preset = "$SYS/#", .repeatable = true,
         .apply = [&d, &s](Name n, Text v) {
             if (!std::exchange(d.filter_given, true)) s.filters.clear();
             s.filters.push_back(cli::topic_filter(n, v));
         }},
        {.name = "record", .value = "FILE", .help = "write down what the brokers say", .apply = [&s](Name, Text v) { s.record_file = v; }},
        {.name = "replay", .value = "FILE", .help = "read that instead of connecting", .apply = [&s](Name, Text v) { s.replay_file = v; }},
        {.name = "history", .value = "N", .help = "rounds that are kept for the bars", .preset = "300",
         .apply = [&s](Name n, Text v) { s.history = cli::whole_number(n, v, {60, 600}); }},
        {.name = "ascii", .help = "draw with ASCII characters; as if by itself without a UTF-8 locale",
         .apply = [&s](Name, Text) { s.ascii = true; }},
    }};
    // clang-format on
}

cli::OptionTable option_table(Draft& draft) {
    const cli::TakeTopic take_topic = [&draft](Name name, const std::string& topic) {
        if (!std::exchange(draft.filter_given, true)) draft.settings.filters.clear();
        draft.settings.filters.push_back(cli::topic_filter(std::string(name) + ": the topic", topic)
        );
    };
    return {
        mode_options(draft),
        cli::connection_options(draft.connection, take_topic),
        cli::session_options(draft.connection),
        cli::transport_options(draft.connection),
    };
}

void complete(Draft& draft, const cli::ToolContext& context) {
    MonitorSettings& s = draft.settings;
    if (s.checks()) {
        if (!draft.format_option.empty() || s.mode == Mode::watch)
            throw cli::UsageError("--check and --warn print their own line, once");
        s.mode = Mode::once;
    } else if (s.prometheus_file == "-") {
        s.mode = Mode::once;
    } else if (draft.mode_option.empty()) {
        const bool on_screen = draft.format_option.empty() && ::isatty(STDIN_FILENO) == 1 &&
                               ::isatty(STDOUT_FILENO) == 1;
        s.mode = on_screen ? Mode::screen : Mode::watch;
    }
    for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const auto locale = context.environment(name);
        if (!locale) continue;
        s.ascii = s.ascii || (locale->find("UTF-8") == std::string::npos &&
                              locale->find("utf8") == std::string::npos);
        return;
    }
    s.ascii = true;
}

void add_brokers(Draft& draft) {
    MonitorSettings& s = draft.settings;
    client::ConnectOptions first = cli::finish_connection(draft.connection);
    // Who watches goes on when the broker is away; who asks once wants to know why.
    first.retry.reconnect = first.retry.retry_first = s.mode != Mode::once;
    s.brokers.push_back(first);
    for (const auto& [host, port] : draft.others) {
        if (!first.destination.unix_path.empty() || first.destination.srv)
            throw cli::UsageError("--also needs a first broker with a host: -h HOST");
        if (draft.connection.client_id) {
            throw cli::UsageError(
                "--id and --also exclude each other", "each connection needs an id of its own"
            );
        }
        client::ConnectOptions other = cli::finish_connection(draft.connection);
        other.retry = first.retry;
        other.destination.host = host;
        if (port != 0) other.destination.port = port;
        s.brokers.push_back(std::move(other));
    }
}

} // namespace

std::optional<MonitorSettings> read_settings(cli::ToolContext& context) {
    Draft draft;
    if (cli::read_options(context, text, option_table(draft)) == cli::NextStep::leave)
        return std::nullopt;
    if (!draft.settings.replay_file.empty() && !draft.settings.record_file.empty())
        throw cli::UsageError("--record and --replay exclude each other");
    complete(draft, context);
    if (draft.settings.replay_file.empty()) add_brokers(draft);
    return std::move(draft.settings);
}

} // namespace mqtt_sysmon
