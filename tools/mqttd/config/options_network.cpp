// Rows of the option table: who is at the other end of a connection. Which addresses may connect to
// a listener, and which proxies are believed about the address of a client.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

namespace {

using access::of_listener;

template <auto Member>
constexpr Access<ListenerConfig> networks() {
    return {
        .assign = [](ListenerConfig&, const Value&) {},
        .copy = [](ListenerConfig& to, const ListenerConfig& from) { to.*Member = from.*Member; },
        .show =
            [](const ListenerConfig& listener) {
                std::string text;
                for (const net::Network& network : listener.*Member)
                    text += (text.empty() ? "" : " ") + network.text();
                return text;
            },
    };
}

constexpr Option networks_row(
    std::string_view name,
    std::string_view help,
    void (*handle)(ConfigDraft&, const Statement&, const Value&),
    Access<ListenerConfig> access
) {
    return {
        .name = name,
        .scope = Scope::listener,
        .repeatable = true,
        .syntax = "ADDRESS, ADDRESS/BITS or unix",
        .help = help,
        .handle = handle,
        .listener = access};
}

} // namespace

std::span<const Option> network_options() {
    static constexpr Option rows[] = {
        networks_row(
            "allow_from",
            "An address or network that may connect to the listener. Not set: all. Behind a proxy "
            "that is believed, the address that it tells counts.",
            handle::allow_from,
            networks<&ListenerConfig::allow_from>()
        ),
        networks_row(
            "deny_from",
            "An address or network that may not connect to the listener, even if it is in "
            "allow_from. After a reload, clients from there are disconnected.",
            handle::deny_from,
            networks<&ListenerConfig::deny_from>()
        ),
        {.name = "enable_proxy_protocol",
         .type = ValueType::integer,
         .minimum = 1,
         .maximum = 2,
         .scope = Scope::listener,
         .help = "Expects the header of the PROXY protocol, version 1 or 2, and takes the client's "
                 "address from it.",
         .listener = of_listener<&ListenerConfig::proxy_protocol>()},
        {.name = "proxy_protocol_v2_require_tls",
         .type = ValueType::flag,
         .default_text = "false",
         .scope = Scope::listener,
         .help = "Lets only clients in that have come to the proxy over TLS, as its PROXY header "
                 "of version 2 says.",
         .listener = of_listener<&ListenerConfig::proxy_requires_tls>()},
        networks_row(
            "trusted_proxy",
            "A proxy that is believed when it says who connected: in the PROXY header of "
            "enable_proxy_protocol, or in the fields Forwarded, X-Forwarded-For or X-Real-IP of a "
            "WebSocket. Without any, every PROXY header and no field is believed.",
            handle::trusted_proxy,
            networks<&ListenerConfig::trusted_proxies>()
        ),
    };
    return rows;
}

} // namespace mqttd
