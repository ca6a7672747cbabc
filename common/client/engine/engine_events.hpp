// What the engine tells its user. Implemented by a tool or a bridge; called from inside the
// engine's calls, on their thread. Views are valid during the call only. The user may call the
// engine back from inside, except for destroying it.
#pragma once

#include "common/base/bytes.hpp"
#include "common/client/engine/failure.hpp"
#include "common/client/engine/message.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace client::engine {

/// What the server's CONNACK allows; before 5.0 everything.
struct ServerLimits {
    mqtt::Qos maximum_qos = mqtt::Qos::exactly_once;
    bool retain_available = true;
    bool wildcards_available = true;
    bool subscription_ids_available = true;
    bool shared_available = true;
    std::uint32_t maximum_packet_size = 0; ///< bytes; 0 = no limit
    std::uint16_t receive_maximum = 65535;
    std::uint16_t topic_alias_maximum = 0;
};

/// A successful CONNACK.
struct Connected {
    bool session_present = false;
    bool reconnected = false; ///< not the first connection of this engine
    std::string client_id;    ///< the one in use, assigned by the server or ours
    std::chrono::seconds keep_alive{0};
    ServerLimits limits;
    mqtt::PropertyList properties; ///< view
};

/// The end of one publish.
struct Published {
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    mqtt::ReasonCode reason = mqtt::ReasonCode::success; ///< of PUBACK, PUBREC or PUBCOMP
    std::string what{}; ///< when an error: the reason's name and the server's words, escaped
    bool sent = true;   ///< false: queued before CONNACK, and beyond the limits it brought
};

enum class Direction : std::uint8_t { sent, received };

/// A packet passed: for --debug.
struct PacketTrace {
    Direction direction = Direction::sent;
    mqtt::PacketType type{};
    std::size_t size = 0;
    std::string detail; ///< "m5, q1, r0, 'a/b', 10 bytes"; escaped
};

/// Names a message of QoS 1 or 2 until it is acknowledged, when that is left to the user.
using DeliveryId = std::uint64_t;

class EngineEvents {
public:
    EngineEvents() = default;
    EngineEvents(const EngineEvents&) = delete;
    EngineEvents& operator=(const EngineEvents&) = delete;
    virtual ~EngineEvents() = default;

    /// Subscribe here: always when the session is not present, else only what was not acknowledged.
    virtual void on_connected(const Connected&) {}

    /// The topic name is there even when the server sent an alias. Acknowledged after the return,
    /// unless the call ended in disconnect().
    virtual void on_message(const mqtt::Publish&) {}

    /// Instead of on_message() when SessionOptions::manual_acknowledgement is set: the user calls
    /// acknowledge() some time. id is 0 for QoS 0, which needs none.
    virtual void on_delivery(DeliveryId /*id*/, const mqtt::Publish&) {}

    /// The bytes at hand are used up. The acknowledgements of their messages go out after the
    /// return: who buffers what it made of them writes it now.
    virtual void on_batch() {}

    /// QoS 0: handed to the connection; QoS 1 and 2: the exchange is finished, or refused.
    virtual void on_published(Token, const Published&) {}

    /// reasons: one for each subscription, in order.
    virtual void on_subscribed(Token, const std::vector<mqtt::ReasonCode>& /*reasons*/) {}

    /// reasons: empty before 5.0.
    virtual void on_unsubscribed(Token, const std::vector<mqtt::ReasonCode>& /*reasons*/) {}

    /// can_publish() was false and is true again.
    virtual void on_room() {}

    /// Asked before a trace is made.
    [[nodiscard]] virtual bool wants_trace() const { return false; }

    virtual void on_packet(const PacketTrace&) {}
};

} // namespace client::engine
