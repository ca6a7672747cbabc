// Rows of the option table: what is logged, where to and how it looks.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/log_words.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

namespace {

using access::of_log;

constexpr Access<BrokerConfig> destinations{
    .assign = [](BrokerConfig&, const Value&) {},
    .copy = [](BrokerConfig& to, const BrokerConfig& from) { copy_destinations(to.log, from.log); },
    .show = [](const BrokerConfig& config) { return show_destinations(config.log); },
};

constexpr Access<BrokerConfig> types{
    .assign = [](BrokerConfig&, const Value&) {},
    .copy = [](BrokerConfig& to, const BrokerConfig& from) { to.log.types = from.log.types; },
    .show = [](const BrokerConfig& config) { return show_log_types(config.log.types); },
};

} // namespace

std::span<const Option> logging_options() {
    static constexpr Option rows[] = {
        {.name = "log_dest",
         .default_text = "stderr",
         .repeatable = true,
         .syntax = "none, stderr, stdout, syslog, topic or file PATH",
         .help =
             "Where log lines go; repeat it for more than one place. topic is $SYS/broker/log/… .",
         .handle = handle::log_dest,
         .global = destinations},
        {.name = "log_facility",
         .type = ValueType::integer,
         .maximum = 7,
         .help = "The syslog facility local0 to local7. Not set: daemon.",
         .global = of_log<&LogConfig::syslog_facility>()},
        {.name = "log_type",
         .default_text = "error warning notice information",
         .repeatable = true,
         .syntax = "error, warning, notice, information, debug, subscribe, unsubscribe, internal, "
                   "websockets, "
                   "all or none",
         .help = "What kinds of lines are logged; repeat it for more than one.",
         .handle = handle::log_type,
         .global = types},
        {.name = "log_timestamp",
         .type = ValueType::flag,
         .default_text = "true",
         .help = "Whether a line begins with the time, in seconds since 1970 unless "
                 "log_timestamp_format is set.",
         .global = of_log<&LogConfig::timestamp>()},
        {.name = "log_timestamp_format",
         .type = ValueType::text,
         .maximum = 100,
         .help = "The form of the time as strftime(3) writes it, for example %Y-%m-%dT%H:%M:%S.",
         .global = of_log<&LogConfig::timestamp_format>()},
        {.name = "log_rate_limit",
         .type = ValueType::integer,
         .default_text = "10000",
         .maximum = 1'000'000,
         .unit = "lines",
         .help = "How many lines of one type are logged in a second; what comes above is counted "
                 "and left out. 0 is no limit.",
         .global = of_log<&LogConfig::rate_limit>()},
        {.name = "connection_messages",
         .type = ValueType::flag,
         .default_text = "true",
         .help = "Whether connects and disconnects of clients are logged.",
         .global = of_log<&LogConfig::connection_messages>()},
    };
    return rows;
}

} // namespace mqttd
