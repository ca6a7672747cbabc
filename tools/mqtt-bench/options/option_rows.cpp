#include "tools/mqtt-bench/options/option_rows.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/password.hpp"

#include <charconv>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace bench {

namespace {

using Name = std::string_view;
using Text = std::string_view;
using cli::Option;
using cli::Shown;

constexpr WorkloadSet everywhere = ~WorkloadSet{0};
constexpr WorkloadSet scenario = only(Workload::scenario);
constexpr WorkloadSet stored = only(Workload::retained) | only(Workload::offline);
constexpr WorkloadSet idle = only(Workload::connect) | only(Workload::subscribe);
constexpr WorkloadSet flowing = everywhere & ~(idle | stored | scenario);
constexpr WorkloadSet publishing = flowing | stored;
constexpr WorkloadSet receiving = publishing & ~only(Workload::publish);
constexpr WorkloadSet built_in = everywhere & ~scenario;

constexpr std::uint32_t most_clients = 1'000'000;
constexpr std::uint32_t most_filters = 10'000'000;
constexpr std::chrono::seconds longest{86'400 * 30};

/// A positive number with a fraction.
double rate(Name name, Text value) {
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool whole = error == std::errc{} && end == value.data() + value.size();
    if (!whole || !std::isfinite(number) || number <= 0 || number > 1e9) {
        throw cli::UsageError(
            std::string(name) + " must be a number a second above 0 (got " +
            base::in_quotes(value) + ")"
        );
    }
    return number;
}

std::uint32_t small_number(Name name, Text value, std::uint32_t least, std::uint32_t most) {
    return static_cast<std::uint32_t>(cli::whole_number(name, value, {least, most}));
}

/// Templates and sizes say what is wrong; the option's name goes before it.
template <typename Value>
Value parsed(Name name, Text value) {
    try {
        return Value(value);
    } catch (const std::invalid_argument& error) {
        throw cli::UsageError(std::string(name) + ": " + error.what());
    }
}

/// Adds rows that remember that they were given.
class Rows {
public:
    explicit Rows(std::vector<Used>& used) : used_(used) {}

    void add(WorkloadSet workloads, Option option) {
        option.apply =
            [&used = used_, workloads, apply = std::move(option.apply)](Name name, Text value) {
                used.push_back({std::string(name), workloads});
                apply(name, value);
            };
        options_.push_back(std::move(option));
    }

    [[nodiscard]] std::vector<Option> take() { return std::exchange(options_, {}); }

private:
    std::vector<Used>& used_;
    std::vector<Option> options_;
};

// clang-format off
std::vector<Option> target_rows(Plan& plan, Rows rows) {
    Target& target = plan.target;
    rows.add(everywhere, {.letter = 'h', .name = "host", .value = "HOST", .help = "the broker", .preset = "localhost",
        .shown = Shown::in_help, .apply = [&](Name, Text v) { target.host = v; }});
    rows.add(everywhere, {.letter = 'p', .name = "port", .value = "PORT", .help = "its port", .preset = "1883",
        .shown = Shown::in_help,
        .apply = [&](Name n, Text v) { target.port = static_cast<std::uint16_t>(small_number(n, v, 1, 65'535)); }});
    rows.add(everywhere, {.letter = 'V', .name = "protocol-version", .value = "VERSION", .help = "MQTT version",
        .preset = "311", .choices = "31|311|5",
        .apply = [&](Name n, Text v) {
            constexpr mqtt::ProtocolVersion versions[] = {
                mqtt::ProtocolVersion::v31, mqtt::ProtocolVersion::v311, mqtt::ProtocolVersion::v5};
            target.version = versions[cli::choice(n, v, "31|311|5")];
        }});
    rows.add(everywhere, {.letter = 'u', .name = "username", .value = "NAME", .help = "user name",
        .apply = [&](Name n, Text v) { target.user_name = cli::mqtt_string(n, v); }});
    rows.add(everywhere, {.name = "password-file", .value = "FILE",
        .help = "password: the first line of FILE, or of standard input with -",
        .apply = [&](Name, Text v) { target.password = cli::read_password(std::string(v)); }});
    rows.add(everywhere, {.letter = 'I', .name = "id-prefix", .value = "PREFIX", .help = "client ids are PREFIX-NUMBER",
        .preset = "bench", .apply = [&](Name n, Text v) { plan.client_prefix = cli::mqtt_string(n, v); }});
    rows.add(everywhere, {.letter = 'k', .name = "keepalive", .value = "SECONDS", .help = "keep alive; 0 = off",
        .preset = "0",
        .apply = [&](Name n, Text v) { target.keep_alive = static_cast<std::uint16_t>(small_number(n, v, 0, 65'535)); }});
    rows.add(everywhere, {.name = "source-address", .value = "ADDRESS",
        .help = "connect from this address; several are taken in turn", .repeatable = true,
        .apply = [&](Name, Text v) { target.source_addresses.emplace_back(v); }});
    rows.add(everywhere, {.name = "connect-rate", .value = "RATE",
        .help = "connections a second; without it as fast as they are answered",
        .apply = [&](Name n, Text v) { plan.connect_rate = rate(n, v); }});
    return rows.take();
}

std::vector<Option> client_rows(Group& group, Rows rows) {
    rows.add(idle, {.name = "clients", .value = "N", .help = "how many clients connect or subscribe",
        .shown = Shown::in_help, .apply = [&](Name n, Text v) { group.subscribers = small_number(n, v, 1, most_clients); }});
    rows.add(publishing, {.name = "publishers", .value = "N", .help = "how many publish", .shown = Shown::in_help,
        .apply = [&](Name n, Text v) { group.publishers = small_number(n, v, 1, most_clients); }});
    rows.add(receiving, {.name = "subscribers", .value = "N", .help = "how many subscribe", .shown = Shown::in_help,
        .apply = [&](Name n, Text v) { group.subscribers = small_number(n, v, 0, most_clients); }});
    rows.add(publishing, {.letter = 't', .name = "topic", .value = "TEMPLATE",
        .help = "topics; {i} counts clients, {n} messages, {n%100:4} modulo 100 and with 4 digits",
        .apply = [&](Name n, Text v) { group.topic = parsed<TopicTemplate>(n, v); }});
    rows.add(idle | receiving, {.name = "filter", .value = "TEMPLATE", .help = "filters; {i} counts clients, {n} filters of one",
        .apply = [&](Name n, Text v) { group.filter = parsed<TopicTemplate>(n, v); }});
    rows.add(idle | receiving, {.name = "filters", .value = "N", .help = "filters of each subscriber",
        .apply = [&](Name n, Text v) { group.filters_each = small_number(n, v, 0, most_filters); }});
    rows.add(built_in, {.letter = 'q', .name = "qos", .value = "N", .help = "quality of service, of both sides",
        .choices = "0|1|2", .shown = Shown::in_help,
        .apply = [&](Name n, Text v) { group.qos = static_cast<mqtt::Qos>(cli::choice(n, v, "0|1|2")); }});
    rows.add(flowing, {.letter = 'r', .name = "retain", .help = "publish with the retain flag",
        .apply = [&](Name, Text) { group.retain = true; }});
    rows.add(publishing, {.name = "payload", .value = "SIZE",
        .help = "bytes: 64, 64..1024, or 64:9,1024:1 by weight", .preset = "64", .shown = Shown::in_help,
        .apply = [&](Name n, Text v) { group.payload = parsed<PayloadSize>(n, v); }});
    return rows.take();
}

std::vector<Option> load_rows(Settings& settings, Rows rows) {
    Plan& plan = settings.plan;
    Group& group = settings.group;
    rows.add(flowing, {.name = "rate", .value = "RATE",
        .help = "open loop: messages a second of all publishers; latency counts from when each was due",
        .shown = Shown::in_help, .apply = [&](Name n, Text v) { group.rate = rate(n, v); }});
    rows.add(publishing, {.letter = 'w', .name = "window", .value = "N",
        .help = "closed loop: messages of a publisher that may be on their way", .preset = "256",
        .shown = Shown::in_help, .apply = [&](Name n, Text v) { group.window = small_number(n, v, 1, 1'000'000); }});
    rows.add(publishing, {.letter = 'n', .name = "messages", .value = "N",
        .help = "each publisher sends N, then the run ends; 0 = until the time is over",
        .apply = [&](Name n, Text v) { group.messages = cli::whole_number(n, v, {0, 1'000'000'000'000}); }});
    rows.add(flowing | scenario, {.name = "duration", .value = "SECONDS", .help = "measure for so long",
        .preset = "5", .shown = Shown::in_help, .apply = [&](Name n, Text v) { plan.duration = cli::seconds(n, v, longest); }});
    rows.add(flowing | scenario, {.name = "warm-up", .value = "SECONDS", .help = "run before measuring", .preset = "1",
        .apply = [&](Name n, Text v) { plan.warm_up = cli::seconds(n, v, longest); }});
    rows.add(only(Workload::connect), {.name = "hold", .value = "SECONDS", .help = "keep the connections open for so long",
        .preset = "2", .apply = [&](Name n, Text v) { settings.hold = cli::seconds(n, v, longest); }});
    rows.add(everywhere, {.name = "patience", .value = "SECONDS", .help = "give up when nothing moves for so long",
        .preset = "3", .apply = [&](Name n, Text v) { plan.patience = cli::seconds(n, v, longest); }});
    rows.add(everywhere, {.name = "threads", .value = "N", .help = "threads of load", .preset = "1",
        .apply = [&](Name n, Text v) { plan.threads = small_number(n, v, 1, 256); }});
    rows.add(everywhere, {.name = "spin", .help = "never sleep: steadier latencies for a whole core a thread",
        .apply = [&](Name, Text) { plan.spin = true; }});
    return rows.take();
}

std::vector<Option> result_rows(Settings& settings, Rows rows) {
    rows.add(everywhere, {.name = "pid", .value = "PID", .help = "the broker's process: tell its CPU time and memory",
        .shown = Shown::in_help,
        .apply = [&](Name n, Text v) { settings.pid = static_cast<pid_t>(small_number(n, v, 1, INT32_MAX)); }});
    rows.add(everywhere, {.name = "json", .help = "print one JSON object", .shown = Shown::in_help,
        .apply = [&](Name, Text) { settings.json = true; }});
    rows.add(everywhere, {.name = "compare", .value = "COMMAND",
        .help = "given twice: start brokers A and B in turn on a {port} of their own, print ratios", .repeatable = true,
        .apply = [&](Name, Text v) { settings.compare.emplace_back(v); }});
    rows.add(everywhere, {.name = "runs", .value = "N", .help = "with --compare: runs of each broker", .preset = "5",
        .apply = [&](Name n, Text v) { settings.runs = small_number(n, v, 1, 1000); }});
    rows.add(everywhere, {.name = "pin", .help = "with --compare: the broker on CPU 0, the load on the others",
        .apply = [&](Name, Text) { settings.pin = true; }});
    return rows.take();
}

// clang-format on

} // namespace

cli::OptionTable option_table(Settings& settings, std::vector<Used>& used) {
    return {
        {"Broker", target_rows(settings.plan, Rows(used))},
        {"Clients", client_rows(settings.group, Rows(used))},
        {"Load", load_rows(settings, Rows(used))},
        {"Result", result_rows(settings, Rows(used))},
    };
}

} // namespace bench
