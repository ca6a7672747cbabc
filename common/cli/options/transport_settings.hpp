// What the options of TLS, WebSocket, proxy and SRV say, while they are read. A plain value, part
// of ConnectionSettings; finish_transport() checks it as a whole.
#pragma once

#include "common/client/connect_options.hpp"
#include "common/crypto/tls/tls_settings.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cli {

struct TransportSettings {
    std::optional<std::uint16_t> port; ///< nullopt: the usual one of what is spoken

    bool no_tls = false;
    bool url_asks_for_tls = false;  ///< mqtts://, wss://
    std::string tls_option;         ///< the last option given that makes no sense without TLS
    std::string certificate_option; ///< the last one that makes no sense with a shared key
    crypto::TlsClientSettings tls;
    std::optional<std::string> key_pass_file;

    bool websocket = false;              ///< --ws
    bool url_asks_for_websocket = false; ///< ws://, wss://
    std::string websocket_option; ///< the last option given that makes no sense without WebSocket
    net::WebSocketTarget websocket_target;

    std::optional<net::SocksProxy> proxy;
    bool srv = false;
    std::optional<net::HostPort> srv_server;
};

} // namespace cli
