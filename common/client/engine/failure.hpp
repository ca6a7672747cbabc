// Why a connection is over, or why a request was not taken: as data for exit codes and as words for
// people. Plain values.
#pragma once

#include "common/base/transport_trouble.hpp"
#include "common/mqtt/spec/reason_code.hpp"

#include <cstdint>
#include <string>

namespace client::engine {

enum class FailureKind : std::uint8_t {
    connect_failed,     ///< no network connection, or no agreement with proxy, TLS or WebSocket
    connect_timeout,    ///< no network connection or no CONNACK in time
    refused,            ///< CONNACK with an error
    lost,               ///< the network connection ended without a word
    server_disconnect,  ///< DISCONNECT from the server
    protocol_error,     ///< the server sent what it must not send
    keep_alive_timeout, ///< no answer to PINGREQ
    disconnect_timeout, ///< what was left to write on disconnect() could not be written in time
};

struct Failure {
    FailureKind kind = FailureKind::lost;
    mqtt::ReasonCode reason = mqtt::ReasonCode::success; ///< of refused and server_disconnect
    std::uint8_t return_code = 0;   ///< refused: the byte of the CONNACK, 1..5 before 5.0
    std::string what{};             ///< "not authorized"; what the peer sent is escaped
    std::string server_reference{}; ///< where else to connect, if the server said so; escaped
    bool connected_before = false;  ///< this connection had its CONNACK
    base::TransportTrouble trouble = base::TransportTrouble::none; ///< of the layers below MQTT
};

enum class RefusalKind : std::uint8_t {
    queue_full,    ///< max_queued messages wait; try again after on_room()
    invalid,       ///< topic, filter or a value that no server takes
    beyond_server, ///< the server said in CONNACK that it would refuse this
    not_connected, ///< subscribe and unsubscribe need a connection
    no_packet_id,  ///< all 65535 are in use
    closing,       ///< after disconnect()
};

/// Why publish(), subscribe() or unsubscribe() did not take the request; nothing was sent.
struct Refusal {
    RefusalKind kind = RefusalKind::invalid;
    mqtt::ReasonCode reason = mqtt::ReasonCode::unspecified_error; ///< what a server would answer
    std::string what; ///< "QoS 2 is above the server's maximum of 1"
};

} // namespace client::engine
