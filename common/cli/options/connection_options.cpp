#include "common/cli/options/connection_options.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/broker_url.hpp"
#include "common/cli/options/option_value.hpp"

#include <utility>

namespace cli {

namespace {

using Name = std::string_view;
using Text = std::string_view;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::size_t longest_unix_path = 107;
constexpr std::chrono::seconds longest_connect_timeout{86400};

void set_url(ConnectionSettings& settings, const TakeTopic& take_topic, Name name, Text value) {
    BrokerUrl url = parse_broker_url(name, value);
    net::Destination& to = settings.connect.destination;
    to.host = url.host;
    to.unix_path.clear();
    TransportSettings& transport = settings.transport;
    transport.port = url.port;
    transport.url_asks_for_tls = url.tls;
    transport.url_asks_for_websocket = url.websocket;
    if (url.path) transport.websocket_target.path = *url.path;
    client::engine::SessionOptions& session = settings.connect.session;
    if (url.user_name) session.user_name = std::move(url.user_name);
    if (url.password) session.password = std::move(url.password);
    if (url.topic) take_topic(name, *url.topic);
}

void set_host(net::Destination& to, Name name, Text value) {
    if (value.empty()) throw UsageError(std::string(name) + " is empty");
    if (value.size() > 2 && value.front() == '[' && value.back() == ']')
        value = value.substr(1, value.size() - 2);
    to.host = value;
    to.unix_path.clear();
}

void set_unix_path(net::Destination& to, Name name, Text value) {
    if (value.empty() || value.size() > longest_unix_path) {
        throw UsageError(
            std::string(name) + " must be a path of 1 to 107 bytes (got " + base::in_quotes(value) +
            ")"
        );
    }
    to.unix_path = value;
}

void set_connect_timeout(ConnectionSettings& settings, Name name, Text value) {
    const auto timeout = duration_cast<milliseconds>(seconds(name, value, longest_connect_timeout));
    if (timeout.count() == 0) {
        throw UsageError(
            std::string(name) + " must be more than 0 (got " + base::in_quotes(value) + ")"
        );
    }
    settings.connect.connect_timeout = timeout;
}

void set_retry_limit(ConnectionSettings& settings, Name name, Text value) {
    settings.retry = true;
    settings.connect.retry.attempts =
        static_cast<std::uint32_t>(whole_number(name, value, {1, UINT32_MAX}));
}

std::vector<Option> credential_options(ConnectionSettings& s) {
    client::engine::SessionOptions& session = s.connect.session;
    // clang-format off
    return {
        {.letter = 'u', .name = "username", .value = "NAME", .help = "user name; --ask-password asks for the password", .shown = Shown::in_help,
         .apply = [&session](Name n, Text v) { session.user_name = mqtt_string(n, v); }},
        {.letter = 'P', .name = "pw", .other_name = "password", .value = "PASSWORD",
         .help = "password; others on this machine can see it, --password-file is safer",
         .apply = [&session](Name, Text v) { session.password = v; }},
        {.name = "password-file", .value = "FILE",
         .help = "password: the first line of FILE, or of standard input with -",
         .apply = [&s](Name, Text v) { s.password_file = v; }},
        {.name = "ask-password", .help = "ask for the password on the terminal",
         .apply = [&s](Name, Text) { s.ask_password = true; }},
        {.letter = 'i', .name = "id", .value = "ID",
         .help = "client id; without it one is made up", .shown = Shown::in_help,
         .apply = [&s](Name n, Text v) { s.client_id = mqtt_string(n, v); }},
        {.letter = 'I', .name = "id-prefix", .value = "PREFIX", .help = "client id: PREFIX and the process id",
         .apply = [&s](Name n, Text v) { s.id_prefix = mqtt_string(n, v); }},
    };
    // clang-format on
}

std::vector<Option> patience_options(ConnectionSettings& s) {
    // clang-format off
    return {
        {.name = "connect-timeout", .value = "SECONDS", .help = "give up when the broker has not accepted by then",
         .preset = "30", .apply = [&s](Name n, Text v) { set_connect_timeout(s, n, v); }},
        {.name = "retry", .help = "try again when the connection fails or is lost",
         .apply = [&s](Name, Text) { s.retry = true; }},
        {.name = "retry-limit", .value = "N", .help = "--retry, at most N more attempts in a row",
         .apply = [&s](Name n, Text v) { set_retry_limit(s, n, v); }},
    };
    // clang-format on
}

} // namespace

OptionGroup connection_options(ConnectionSettings& settings, TakeTopic take_topic) {
    ConnectionSettings& s = settings;
    net::Destination& to = s.connect.destination;
    const auto set_port = [&s](Name name, Text value) {
        s.transport.port = static_cast<std::uint16_t>(whole_number(name, value, {1, UINT16_MAX}));
    };
    // clang-format off
    std::vector<Option> options{
        {.letter = 'h', .name = "host", .value = "HOST", .help = "the broker: a name or an address",
         .preset = "localhost", .shown = Shown::in_help, .apply = [&to](Name n, Text v) { set_host(to, n, v); }},
        {.letter = 'p', .name = "port", .value = "PORT", .help = "its port", .preset = "1883, with TLS 8883",
         .shown = Shown::in_help, .apply = set_port},
        {.letter = 'L', .name = "url", .value = "URL", .help = "mqtt[s]:// or ws[s]://user:password@host:port/...",
         .shown = Shown::in_help,
         .apply = [&s, take = std::move(take_topic)](Name n, Text v) { set_url(s, take, n, v); }},
        {.name = "unix", .value = "PATH", .help = "connect to a Unix socket instead of a host",
         .apply = [&to](Name n, Text v) { set_unix_path(to, n, v); }},
        {.letter = 'A', .name = "bind-address", .value = "ADDRESS", .help = "connect from this local address",
         .apply = [&to](Name, Text v) { to.bind_address = v; }},
        {.name = "nodelay", .help = "send small packets at once (TCP_NODELAY)",
         .apply = [&to](Name, Text) { to.no_delay = true; }},
    };
    // clang-format on
    for (auto& part : {credential_options(s), patience_options(s)})
        options.insert(options.end(), part.begin(), part.end());
    return {"Connection", std::move(options)};
}

} // namespace cli
