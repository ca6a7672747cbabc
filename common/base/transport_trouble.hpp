// What is wrong between a client and its server below MQTT, as data, so that who knows the options
// can say what to do about it. The words that go with it are made where it happens.
#pragma once

#include <cstdint>

namespace base {

enum class TransportTrouble : std::uint8_t {
    none, ///< or nothing that has a name here

    // --- TLS: what one side finds about the other ---
    unknown_ca,           ///< nobody trusted has signed the server's certificate
    self_signed,          ///< the server's certificate is signed by itself
    wrong_name,           ///< it is for other names
    expired,              ///< it has expired
    not_yet_valid,        ///< it is not valid yet
    certificate_required, ///< the server wants a certificate of the client
    certificate_refused,  ///< the server has refused the client's certificate
    no_common_version,
    no_common_cipher,
    unknown_identity, ///< the server does not know the identity of a shared key
    wrong_shared_key,
    no_common_protocol, ///< by ALPN
    no_tls,             ///< what answers does not speak TLS
    tls_failed,         ///< anything else

    // --- what answers speaks something else ---
    tls_expected,
    http_expected, ///< HTTP answers where MQTT was spoken
    closed_while_opening,

    // --- HTTP ---
    http_login, ///< 401, 407
    http_forbidden,
    http_not_found,
    http_moved,
    http_refused, ///< any other status
    no_http,
    no_mqtt_inside, ///< a WebSocket, for another sub-protocol

    // --- SOCKS ---
    no_proxy, ///< what answers is no SOCKS5 proxy
    proxy_unreachable,
    proxy_login,
    proxy_refused, ///< the proxy does not want to, or cannot, reach the server

    // --- names ---
    no_srv_record,
};

} // namespace base
