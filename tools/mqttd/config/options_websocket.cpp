// Rows of the option table: WebSocket listeners.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

namespace {

using access::of_listener;

} // namespace

std::span<const Option> websocket_options() {
    static constexpr Option rows[] = {
        {.name = "websockets_origin",
         .scope = Scope::listener,
         .repeatable = true,
         .syntax = "ORIGIN",
         .help = "Where pages may come from that open a WebSocket in a browser, for example "
                 "https://app.example. Programs that are no browsers send no origin and pass. Not "
                 "set: from anywhere.",
         .handle = handle::websockets_origin,
         .listener = of_listener<&ListenerConfig::websockets_origins>()},
        {.name = "websockets_ping_interval",
         .type = ValueType::integer,
         .default_text = "25",
         .maximum = 86400,
         .unit = "seconds",
         .scope = Scope::listener,
         .help = "After how long without anything sent a WebSocket gets a ping, so that proxies "
                 "do not take it for dead; 0 for none.",
         .listener = of_listener<&ListenerConfig::websockets_ping_interval>()},
        {.name = "websockets_log_level",
         .type = ValueType::integer,
         .default_text = "0",
         .scope = Scope::listener,
         .help = "Accepted from mosquitto's files, without effect: it is for a library that mqttd "
                 "does not use.",
         .handle = handle::without_effect},
    };
    return rows;
}

} // namespace mqttd
