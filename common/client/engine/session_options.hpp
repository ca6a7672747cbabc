// What goes into CONNECT, and the bounds of the engine. A plain value that option parsers fill in;
// copied into the engine. Knows nothing of addresses and of time.
#pragma once

#include "common/client/engine/message.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace client::engine {

/// Members marked 5.0 are not sent with an older version. 0 = not sent, unless said otherwise.
struct SessionOptions {
    mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v311;
    std::string client_id; ///< empty: the server chooses (3.1.1 and 5.0; 3.1 needs one)
    /// Of the first connection. Later ones resume the session where the version lets it survive:
    /// with false here, or with a session expiry interval.
    bool clean_start = true;
    std::chrono::seconds keep_alive{60};           ///< 0..65535; 0 = off
    std::chrono::milliseconds ping_timeout{10000}; ///< silence after a PINGREQ
    std::optional<std::string> user_name;
    std::optional<std::string> password; ///< any bytes; before 5.0 only with a user name
    std::optional<Message> will;

    std::uint32_t session_expiry_interval = 0; ///< 5.0, seconds; mqtt::session_never_expires
    std::uint16_t receive_maximum = 0;         ///< 5.0
    /// Bytes of a whole packet from the server; sent with 5.0, kept to in every version.
    std::uint32_t maximum_packet_size = 0;
    std::uint16_t topic_alias_maximum = 0;            ///< 5.0: aliases the server may use
    std::optional<bool> request_problem_information;  ///< 5.0
    std::optional<bool> request_response_information; ///< 5.0
    /// 5.0: the others, which are user properties and authentication method and data.
    mqtt::PropertyBuilder properties;

    /// The user says when a message of QoS 1 or 2 is acknowledged: on_delivery(), acknowledge().
    bool manual_acknowledgement = false;

    std::uint16_t max_in_flight = 20; ///< QoS 1 and 2 messages sent and not acknowledged; 0 = 65535
    std::size_t max_queued = 1000;    ///< messages taken by publish() and not yet sent
    std::size_t max_queued_bytes = std::size_t{16} << 20U; ///< one message may be larger
    /// 5.0: topic aliases that the engine uses for what it sends, if the server takes as many. With
    /// 0 the caller may set the property topic-alias of a message.
    std::uint16_t max_topic_aliases = 16;
};

} // namespace client::engine
