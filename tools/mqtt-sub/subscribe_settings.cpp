#include "tools/mqtt-sub/subscribe_settings.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/connection_options.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/print_options.hpp"
#include "common/cli/options/read_options.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "common/net/destination.hpp"
#include "tools/mqtt-sub/handlers/rule_options.hpp"
#include "tools/mqtt-sub/handlers/rules_file.hpp"

#include <algorithm>
#include <utility>

namespace mqtt_sub {

namespace {

using Name = std::string_view;
using Text = std::string_view;
using cli::Shown;
using std::chrono::milliseconds;

constexpr milliseconds usual_idle{2000};
/// One for each retained message to remove; they are empty, so that they may be many.
constexpr std::size_t most_removals = 1'000'000;
/// With fewer messages to come, the broker is asked not to send more at a time.
constexpr std::uint64_t usual_window = 20;

constexpr cli::ToolText text{
    .name = "mqtt-sub",
    .synopsis = "-t FILTER [-t FILTER...] [option...]",
    .purpose = "Subscribes to topics of an MQTT broker and prints their messages",
    .notes = "Fields of -F, as %[-][0][width][.precision]X:\n"
             "  %t topic  %p payload  %l its length  %q QoS  %r retain  %m packet identifier\n"
             "  %x %X payload in hexadecimal; %.2:x puts a colon after every two digits\n"
             "  %f %d payload as a float or double in this machine's byte order\n"
             "  %j message as JSON  %J the same, a JSON payload as part of it\n"
             "  %I time as ISO 8601  %U as seconds since 1970  @H @M @S ... as strftime, @N ns\n"
             "  MQTT 5.0: %A topic alias  %C content type  %D correlation data  %E expiry\n"
             "  %F format indicator  %P user properties  %R response topic  %S subscription id\n"
             "  %% @@ the characters themselves; escapes \\\\ \\0 \\a \\e \\n \\r \\t \\v\n"
             "JSON is valid for any payload: bytes that are not UTF-8 become base64, with\n"
             "\"payloadencoding\":\"base64\" beside them.\n"
             "\n"
             "Defaults are read from the first of $XDG_CONFIG_HOME/mqtt-sub and mosquitto_sub\n"
             "there (or in $HOME/.config): an option a line, \"-x value\" or \"--long value\".\n",
    .examples = "  mqtt-sub -v -t 'home/+/temperature'\n"
                "  mqtt-sub -h broker.local -t 'home/#' -F %j -C 10 -W 60\n",
};

/// What the options say, and what only matters while they are read.
struct Draft {
    SubscribeSettings settings;
    cli::ConnectionSettings connection{"connect|subscribe|unsubscribe|disconnect|will"};
    bool retain_handling_given = false;
    bool idle_given = false;
    bool qos_given = false;
    RuleDraft rule;             ///< of --exec
    std::string handler_option; ///< one that only handlers use
};

void require_v5(Draft& draft, Name name) {
    draft.connection.connect.session.version = mqtt::ProtocolVersion::v5;
    draft.connection.needs_v5 = name;
}

void set_retain_handling(Draft& draft, Name name, Text value) {
    require_v5(draft, name);
    draft.retain_handling_given = true;
    draft.settings.options.retain_handling =
        static_cast<mqtt::RetainHandling>(cli::choice(name, value, "always|new|never"));
}

/// "12.5" percent as 1250 of 10000.
std::uint32_t share(Name name, Text value) {
    constexpr std::uint32_t all = 10000;
    const std::size_t point = std::min(value.find('.'), value.size());
    const std::string_view decimals = value.substr(std::min(point + 1, value.size()));
    const auto whole = cli::whole_number(name, value.substr(0, point), {0, 100});
    std::uint64_t hundredths = 0;
    if (point < value.size()) {
        hundredths = cli::whole_number(name, decimals, {0, 99});
        if (decimals.size() == 1) hundredths *= 10;
    }
    const std::uint64_t result = whole * 100 + hundredths;
    if (decimals.size() <= 2 && result <= all) return static_cast<std::uint32_t>(result);
    throw cli::UsageError(
        std::string(name) + " must be from 0 to 100 with at most two decimals (got " +
        base::in_quotes(value) + ")"
    );
}

/// Handlers are there for messages that must not be lost.
cli::Option qos_option(Draft& draft) {
    cli::Option option =
        cli::qos_option(draft.settings.options.qos, "the highest QoS to receive with");
    option.preset = "0; handlers: 1";
    option.apply = [&draft, apply = option.apply](Name n, Text v) {
        draft.qos_given = true;
        apply(n, v);
    };
    return option;
}

cli::OptionGroup subscription_options(Draft& draft) {
    Draft& d = draft;
    SubscribeSettings& s = draft.settings;
    const auto flag_of_5 = [&d](bool& flag) {
        return [&d, &flag](Name n, Text) {
            require_v5(d, n);
            flag = true;
        };
    };
    // clang-format off
    return {"Subscription", {
        {.letter = 't', .name = "topic", .value = "FILTER", .help = "what to subscribe to; may be repeated", .shown = Shown::in_help, .repeatable = true,
         .apply = [&s](Name n, Text v) { s.filters.push_back(cli::topic_filter(n, v)); }},
        qos_option(d),
        {.letter = 'U', .name = "unsubscribe", .value = "FILTER", .help = "end a subscription of this session; may be repeated", .repeatable = true,
         .apply = [&s](Name n, Text v) { s.unsubscribe.push_back(cli::topic_filter(n, v)); }},
        {.name = "retain-as-published", .help = "have the broker keep the retain flag (MQTT 5.0)",
         .apply = flag_of_5(s.options.retain_as_published)},
        {.name = "retain-handling", .value = "WHEN", .help = "when the broker sends retained messages (MQTT 5.0)", .preset = "always",
         .choices = "always|new|never", .apply = [&d](Name n, Text v) { set_retain_handling(d, n, v); }},
        {.name = "no-local", .help = "do not receive what this client publishes (MQTT 5.0)", .apply = flag_of_5(s.options.no_local)},
    }};
    // clang-format on
}

cli::OptionGroup selection_options(Draft& draft) {
    Draft& d = draft;
    SubscribeSettings& s = draft.settings;
    const auto set_idle = [&d](Name n, Text v) {
        d.idle_given = true;
        d.settings.idle_timeout = cli::time_limit(n, v);
    };
    // clang-format off
    return {"Messages", {
        {.letter = 'C', .name = "count", .value = "N", .help = "end after N messages", .shown = Shown::in_help,
         .apply = [&s](Name n, Text v) { s.count = cli::whole_number(n, v, {1, UINT64_MAX}); }},
        {.letter = 'W', .name = "timeout", .value = "SECONDS", .help = "end after this time, with exit code 27", .shown = Shown::in_help,
         .apply = [&s](Name n, Text v) { s.timeout = cli::time_limit(n, v); }},
        {.name = "idle-timeout", .value = "SECONDS", .help = "end when no message came for so long", .preset = "none; 2 with --retained-only and --redrive",
         .apply = set_idle},
        {.letter = 'E', .name = "exit-when-subscribed", .help = "end when the broker has answered the subscriptions",
         .apply = [&s](Name, Text) { s.leave_when_subscribed = true; }},
        {.letter = 'R', .name = "no-retained", .help = "leave retained messages out",
         .apply = [&s](Name, Text) { s.filter.skip_retained = true; }},
        {.name = "retained-only", .help = "print the retained messages and end", .shown = Shown::in_help,
         .apply = [&s](Name, Text) { s.filter.retained_only = true; }},
        {.name = "remove-retained", .help = "delete each retained message that comes and is not filtered out",
         .apply = [&s](Name, Text) { s.remove_retained = true; }},
        {.letter = 'T', .name = "filter-out", .value = "FILTER", .help = "leave out topics that match; may be repeated", .repeatable = true,
         .apply = [&s](Name n, Text v) { s.filter.filter_out.push_back(cli::topic_filter(n, v)); }},
        {.name = "random-filter", .value = "PERCENT", .help = "let a random share of the messages through", .preset = "100",
         .apply = [&s](Name n, Text v) { s.filter.random_share = share(n, v); }},
    }};
    // clang-format on
}

cli::OptionGroup output_options(Draft& draft) {
    SubscribeSettings& s = draft.settings;
    cli::OptionGroup group{"Output", cli::print_options(s.print)};
    // clang-format off
    group.options.push_back({.letter = 'w', .name = "watch", .help = "keep a line of the screen for each topic",
         .apply = [&s](Name, Text) { s.print.watch = true; }});
    group.options.push_back({.name = "message-rate", .help = "print how many messages came each second, instead of them",
         .apply = [&s](Name, Text) { s.message_rate = true; }});
    // clang-format on
    return group;
}

cli::OptionGroup handler_options(Draft& draft) {
    Draft& d = draft;
    HandlerSettings& h = draft.settings.handlers;
    cli::OptionGroup group{"Handlers", {}};
    for (const RuleOption& row : rule_options()) {
        const bool is_command = row.name == "exec";
        group.options.push_back(
            {.letter = row.letter,
             .name = row.name,
             .value = row.value,
             .help = row.help,
             .preset = row.preset,
             .choices = row.choices,
             .shown = is_command ? Shown::in_help : Shown::in_full,
             .apply =
                 [&d, &row, is_command](Name n, Text v) {
                     row.apply(d.rule, n, v);
                     if (!is_command) d.rule.first_option = n;
                 }}
        );
    }
    const auto note = [&d](Name n) {
        d.handler_option = n;
    };
    // clang-format off
    group.options.push_back({.name = "rules", .value = "FILE", .help = "run the handlers of this file; SIGHUP has it read again",
         .apply = [&h](Name, Text v) { h.rules_file = v; }});
    group.options.push_back({.name = "check-rules", .help = "read the file of --rules, say what is wrong with it, and end",
         .apply = [&d](Name, Text) { d.settings.check_rules = true; }});
    group.options.push_back({.name = "redrive", .value = "FILTER", .help = "send the dead letters of these topics back to where they came from, and end when no more come", .repeatable = true,
         .apply = [&d](Name n, Text v) { d.settings.filters.push_back(cli::topic_filter(n, v)); d.settings.redrives = true; }});
    group.options.push_back({.name = "state-dir", .value = "DIR", .help = "count the attempts of each message in this folder, so that one that ends the program is not tried for ever",
         .apply = [&h, note](Name n, Text v) { h.state_folder = v; note(n); }});
    group.options.push_back({.name = "max-queue", .value = "N", .help = "messages that wait for their handlers: the receive maximum, and the bound for QoS 0, of which more are dropped", .preset = "1000",
         .apply = [&h, note](Name n, Text v) { h.max_waiting = cli::whole_number(n, v, {1, UINT16_MAX}); note(n); }});
    group.options.push_back({.name = "grace", .value = "TIME", .help = "what handlers that run have at the end, before they are terminated", .preset = "10s",
         .apply = [&h, note](Name n, Text v) { h.grace = duration(n, v); note(n); }});
    group.options.push_back({.name = "stats", .value = "TOPIC", .help = "publish counters of the handlers there every 10 seconds, in JSON",
         .apply = [&h, note](Name n, Text v) { h.stats_topic = cli::topic_name(n, v); note(n); }});
    // clang-format on
    return group;
}

cli::OptionTable option_table(Draft& draft) {
    const cli::TakeTopic take_topic = [&draft](Name name, const std::string& topic) {
        draft.settings.filters.push_back(cli::topic_filter(std::string(name) + ": the topic", topic)
        );
    };
    return {
        subscription_options(draft),
        selection_options(draft),
        output_options(draft),
        handler_options(draft),
        cli::connection_options(draft.connection, take_topic),
        cli::session_options(draft.connection),
        cli::will_options(draft.connection),
        cli::transport_options(draft.connection),
    };
}

bool any_shared(const SubscribeSettings& settings) {
    return std::any_of(settings.filters.begin(), settings.filters.end(), mqtt::topic::is_shared);
}

/// Messages are acknowledged when that is done which is done with them.
void acknowledge_later(Draft& draft) {
    SubscribeSettings& s = draft.settings;
    client::engine::SessionOptions& session = draft.connection.connect.session;
    if (!draft.connection.version_given) session.version = mqtt::ProtocolVersion::v5;
    if (!draft.qos_given) s.options.qos = mqtt::Qos::at_least_once;
    session.manual_acknowledgement = true;
    if (session.receive_maximum == 0)
        session.receive_maximum = static_cast<std::uint16_t>(s.handlers.max_waiting);
}

void complete_redrive(Draft& draft) {
    const RuleDraft& rule = draft.rule;
    const bool handles = !rule.command_option.empty() || !rule.first_option.empty() ||
                         !draft.settings.handlers.rules_file.empty();
    if (handles) throw cli::UsageError("--redrive and handlers exclude each other");
    acknowledge_later(draft);
    if (draft.connection.connect.session.version != mqtt::ProtocolVersion::v5)
        throw cli::UsageError("--redrive needs MQTT 5.0", "dead letters have user properties");
    if (!draft.idle_given) draft.settings.idle_timeout = usual_idle;
}

/// The rules of --exec or --rules, and what they mean for the other options.
void complete_handlers(Draft& draft) {
    SubscribeSettings& s = draft.settings;
    HandlerSettings& h = s.handlers;
    if (s.redrives) return complete_redrive(draft);
    if (s.check_rules && h.rules_file.empty())
        throw cli::UsageError("--check-rules needs --rules FILE");
    if (!h.rules_file.empty()) {
        const std::string& given =
            draft.rule.command_option.empty() ? draft.rule.first_option : draft.rule.command_option;
        if (!given.empty()) {
            throw cli::UsageError(
                given + " and --rules exclude each other", "rules have options of their own"
            );
        }
        RulesFile file = read_rules(h.rules_file);
        h.rules = std::move(file.rules);
        h.match = file.match;
        s.filters_of_rules = s.filters.empty();
        if (s.filters_of_rules) s.filters = filters_of(h.rules);
    } else if (!draft.rule.command_option.empty()) {
        h.rules.push_back(finish_rule(std::move(draft.rule)));
    } else {
        const std::string& given =
            draft.rule.first_option.empty() ? draft.handler_option : draft.rule.first_option;
        if (!given.empty()) throw cli::UsageError(given + " needs --exec COMMAND or --rules FILE");
        return;
    }
    if (s.print.watch || s.message_rate)
        throw cli::UsageError("--watch and --message-rate do not go with handlers");
    acknowledge_later(draft);
}

void check(const Draft& draft) {
    const SubscribeSettings& s = draft.settings;
    if (s.filters.empty() && s.unsubscribe.empty())
        throw cli::UsageError("there is nothing to subscribe to", "-t FILTER");
    if (s.filter.skip_retained && s.filter.retained_only)
        throw cli::UsageError("--no-retained and --retained-only exclude each other");
    if (s.print.watch && s.message_rate)
        throw cli::UsageError("--watch and --message-rate exclude each other");
    if (s.options.no_local && any_shared(s)) // [MQTT-3.8.3-4]
        throw cli::UsageError("--no-local does not go with shared subscriptions");
}

/// What follows from several options together.
void complete(Draft& draft) {
    SubscribeSettings& s = draft.settings;
    client::engine::SessionOptions& session = s.connect.session;
    const bool is_5 = session.version == mqtt::ProtocolVersion::v5;
    if (s.filter.retained_only && !draft.idle_given) s.idle_timeout = usual_idle;
    // Retained messages that nobody wants need not be sent.
    if (is_5 && s.filter.skip_retained && !s.remove_retained && !draft.retain_handling_given)
        s.options.retain_handling = mqtt::RetainHandling::never;
    const bool is_own_window = session.receive_maximum == 0 || session.manual_acknowledgement;
    if (is_5 && s.count != 0 && s.count < usual_window && is_own_window)
        session.receive_maximum = static_cast<std::uint16_t>(s.count);
    if (s.remove_retained) {
        session.max_queued = most_removals;
        if (is_5 && !any_shared(s)) s.options.no_local = true; // its own deletions are no news
    }
    const auto of = [&draft](mqtt::PropertyScope scope) {
        return draft.connection.properties.of(scope);
    };
    s.subscribe_properties = of(mqtt::PropertyScope::subscribe);
    s.unsubscribe_properties = of(mqtt::PropertyScope::unsubscribe);
    s.disconnect_properties = of(mqtt::PropertyScope::disconnect);
}

} // namespace

std::optional<SubscribeSettings> read_settings(cli::ToolContext& context) {
    Draft draft;
    if (cli::read_options(context, text, option_table(draft)) == cli::NextStep::leave)
        return std::nullopt;
    complete_handlers(draft);
    check(draft);
    draft.settings.connect = cli::finish_connection(draft.connection);
    complete(draft);
    SubscribeSettings& settings = draft.settings;
    settings.handlers.state_scope =
        settings.connect.session.client_id + "@" + net::to_text(settings.connect.destination);
    return std::move(settings);
}

} // namespace mqtt_sub
