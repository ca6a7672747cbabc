// Rows of the option table: listeners. Options of a listener follow its line; those before the
// first one configure the default listener.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

namespace {

using access::of_listener;

constexpr Access<ListenerConfig> versions{
    .assign = [](ListenerConfig&, const Value&) {},
    .copy =
        [](ListenerConfig& to, const ListenerConfig& from) {
            to.accept_v31 = from.accept_v31;
            to.accept_v311 = from.accept_v311;
            to.accept_v5 = from.accept_v5;
        },
    .show = [](const ListenerConfig& listener) { return handle::show_versions(listener); },
};

constexpr Access<ListenerConfig> protocols{
    .assign = [](ListenerConfig&, const Value&) {},
    .copy = [](ListenerConfig& to, const ListenerConfig& from) { to.websockets = from.websockets; },
    .show = [](const ListenerConfig& listener
            ) { return std::string(listener.websockets ? "websockets" : "mqtt"); },
};

constexpr Option
limit_row(std::string_view name, std::string_view help, Access<ListenerConfig> access) {
    return {
        .name = name,
        .type = ValueType::integer,
        .default_text = "-1",
        .minimum = -1,
        .scope = Scope::listener,
        .help = help,
        .listener = access};
}

constexpr Option
alias_row(std::string_view name, std::string_view help, Access<ListenerConfig> access) {
    return {
        .name = name,
        .type = ValueType::integer,
        .default_text = "10",
        .maximum = 65535,
        .scope = Scope::listener,
        .help = help,
        .listener = access};
}

} // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const Option> listener_options() {
    static constexpr Option rows[] = {
        {.name = "listener",
         .repeatable = true,
         .syntax = "PORT [ADDRESS] or 0 PATH",
         .help = "Opens a listener on a TCP port of one address or of all, or on a Unix socket "
                 "with port 0. "
                 "Without any listener: port 1883 of the loopback addresses.",
         .handle = handle::listener},
        {.name = "port",
         .type = ValueType::integer,
         .default_text = "1883",
         .minimum = 1,
         .maximum = 65535,
         .deprecated = "use listener",
         .help = "The port of the default listener.",
         .handle = handle::port},
        {.name = "bind_address",
         .type = ValueType::text,
         .deprecated = "use listener",
         .help = "The address of the default listener.",
         .handle = handle::bind_address},
        {.name = "bind_interface",
         .type = ValueType::text,
         .maximum = 15,
         .scope = Scope::listener,
         .help = "Accepts only connections that come in through this network interface.",
         .listener = of_listener<&ListenerConfig::bind_interface>()},
        {.name = "socket_domain",
         .type = ValueType::choice,
         .choices = "ipv4|ipv6",
         .scope = Scope::listener,
         .help = "Listens on addresses of this kind only. Not set: both.",
         .listener = of_listener<&ListenerConfig::socket_domain>()},
        {.name = "protocol",
         .default_text = "mqtt",
         .scope = Scope::listener,
         .syntax = "mqtt or websockets",
         .help =
             "What is spoken on the listener: MQTT, or MQTT in a WebSocket. Either has TLS when "
             "the listener has a certfile.",
         .handle = handle::protocol,
         .listener = protocols},
        {.name = "accept_protocol_versions",
         .default_text = "3,4,5",
         .scope = Scope::listener,
         .syntax = "a list of 3, 4 and 5, separated by commas",
         .help = "Which versions of MQTT are accepted: 3 is 3.1, 4 is 3.1.1, 5 is 5.0.",
         .handle = handle::accept_protocol_versions,
         .listener = versions},
        limit_row(
            "max_connections",
            "How many clients may be connected to the listener at a time; -1 for any number.",
            of_listener<&ListenerConfig::max_connections>()
        ),
        limit_row(
            "max_connections_per_address",
            "How many connections to the listener one address may have at a time; -1 for any "
            "number.",
            of_listener<&ListenerConfig::max_connections_per_address>()
        ),
        {.name = "max_qos",
         .alias = "maximum_qos",
         .type = ValueType::integer,
         .default_text = "2",
         .maximum = 2,
         .scope = Scope::listener,
         .help = "The highest QoS that clients may publish with.",
         .listener = of_listener<&ListenerConfig::max_qos>()},
        alias_row(
            "max_topic_alias",
            "How many topic aliases a client may use; 0 for none.",
            of_listener<&ListenerConfig::max_topic_alias>()
        ),
        alias_row(
            "max_topic_alias_broker",
            "How many topic aliases the broker uses towards a client that allows it; 0 for none.",
            of_listener<&ListenerConfig::max_topic_alias_broker>()
        ),
        {.name = "mount_point",
         .type = ValueType::text,
         .scope = Scope::listener,
         .help = "What is put before the topics of the listener's clients, so that they see only "
                 "those.",
         .handle = handle::mount_point,
         .listener = of_listener<&ListenerConfig::mount_point>()},
        {.name = "use_username_as_clientid",
         .type = ValueType::flag,
         .default_text = "false",
         .scope = Scope::listener,
         .help = "Takes the user name as client id, whatever the client says.",
         .listener = of_listener<&ListenerConfig::use_username_as_clientid>()},
        {.name = "listener_allow_anonymous",
         .type = ValueType::flag,
         .scope = Scope::listener,
         .help = "As allow_anonymous, for this listener. Not set: the value of allow_anonymous.",
         .listener = of_listener<&ListenerConfig::allow_anonymous>()},
        {.name = "listener_auto_id_prefix",
         .type = ValueType::text,
         .default_text = "auto-",
         .maximum = 50,
         .scope = Scope::listener,
         .help = "What the client ids begin with that the broker makes up for this listener.",
         .handle = handle::listener_auto_id_prefix,
         .listener = of_listener<&ListenerConfig::auto_id_prefix>()},
    };
    return rows;
}

} // namespace mqttd
