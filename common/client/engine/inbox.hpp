// The messages a client receives: topic aliases, duplicates of QoS 2, and their acknowledgements.
// QoS 2 identifiers survive connections as long as the session does. Owned by the engine. Knows
// nothing of subscriptions and time. [MQTT-4.3.3] [MQTT-3.3.4-7]
#pragma once

#include "common/client/engine/engine_events.hpp"
#include "common/client/engine/held_acknowledgements.hpp"
#include "common/client/engine/session_options.hpp"
#include "common/client/engine/wire.hpp"
#include "common/mqtt/flow/receive_flow.hpp"
#include "common/mqtt/flow/topic_alias.hpp"

#include <optional>
#include <string>

namespace client::engine {

/// What the server must not have sent.
struct Violation {
    mqtt::ReasonCode reason = mqtt::ReasonCode::protocol_error;
    std::string what;
};

class Inbox {
public:
    Inbox(const SessionOptions& options, EngineEvents& events, Wire& wire);

    /// A CONNACK came.
    void begin(bool session_present);

    /// Delivers and acknowledges, in this order.
    std::optional<Violation> on_publish(mqtt::Publish packet);
    void on_pubrel(const mqtt::Pubrel& packet);
    /// Manual acknowledgement: sends it when it is its turn. Not connected: when the server has
    /// sent the message again.
    void acknowledge(DeliveryId id, bool connected);

private:
    std::optional<Violation> resolve_alias(mqtt::Publish& packet);
    void acknowledge(mqtt::Qos qos, mqtt::PacketId id);
    void send_due();
    void deliver_for_later(const mqtt::Publish& packet, mqtt::flow::Receipt receipt);

    const SessionOptions& options_;
    EngineEvents& events_;
    Wire& wire_;
    mqtt::flow::ReceiveFlow flow_;
    mqtt::flow::AliasReceiver aliases_;
    HeldAcknowledgements held_;
};

} // namespace client::engine
