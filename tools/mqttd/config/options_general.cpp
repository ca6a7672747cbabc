// Rows of the option table: the process and its files.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

using access::of_broker;

std::span<const Option> general_options() {
    static constexpr Option rows[] = {
        {.name = "include_dir",
         .syntax = "DIRECTORY",
         .help =
             "Reads every file of the directory whose name ends in .conf, in order of their names, "
             "as if it stood here. Only in the main file.",
         .handle = handle::include_dir},
        {.name = "user",
         .type = ValueType::text,
         .reload = Reload::restart,
         .help = "The user to become when started as root. Not set: the first of mqttd, "
                 "mosquitto and nobody that exists.",
         .global = of_broker<&BrokerConfig::user>()},
        {.name = "pid_file",
         .type = ValueType::text,
         .reload = Reload::restart,
         .help = "A file to write the process id to; it is removed at exit.",
         .global = of_broker<&BrokerConfig::pid_file>()},
        {.name = "threads",
         .type = ValueType::integer,
         .default_text = "auto",
         .minimum = 1,
         .maximum = 64,
         .zero_word = "auto",
         .reload = Reload::restart,
         .help = "How many threads serve clients; auto is one for each core that "
                 "the process may run on.",
         .global = of_broker<&BrokerConfig::threads>()},
        {.name = "sys_interval",
         .type = ValueType::integer,
         .default_text = "10",
         .maximum = 65535,
         .unit = "seconds",
         .help = "How often the topics below $SYS are published; 0 turns them off.",
         .global = of_broker<&BrokerConfig::sys_interval>()},
        {.name = "set_tcp_nodelay",
         .type = ValueType::flag,
         .default_text = "true",
         .help = "Sends small packets at once (TCP_NODELAY). What belongs together is written "
                 "together in any case.",
         .global = of_broker<&BrokerConfig::tcp_nodelay>()},
        {.name = "packet_buffer_size",
         .alias = "websockets_headers_size",
         .type = ValueType::integer,
         .minimum = 1,
         .maximum = 65535,
         .unit = "bytes",
         .reload = Reload::restart,
         .help =
             "The size of the buffer that received bytes are read into; each thread has one, of "
             "1024 bytes at least. Not set: 65536. It is also how large the HTTP header of a "
             "WebSocket may be, which is 4096 when this is not set.",
         .global = of_broker<&BrokerConfig::packet_buffer_size>()},
        {.name = "retry_interval",
         .type = ValueType::integer,
         .unit = "seconds",
         .repeatable = true,
         .deprecated = "messages are sent again when a client comes back, and at no other time",
         .help = "Has no effect, as in mosquitto; it is read so that old configurations are.",
         .handle =
             [](ConfigDraft&, const Statement&, const Value&) {
             }},
        {.name = "per_listener_settings",
         .type = ValueType::flag,
         .default_text = "false",
         .deprecated = "use listener_allow_anonymous and listener_auto_id_prefix",
         .help = "Makes allow_anonymous, allow_zero_length_clientid, auto_id_prefix, "
                 "password_file and acl_file belong to the listener they follow. It must stand "
                 "before them.",
         .handle = handle::per_listener_settings},
    };
    return rows;
}

} // namespace mqttd
