// Messages whose acknowledgement the user gives when it is done with them, perhaps out of order and
// perhaps on a later connection. PUBACK and PUBREC go out in the order in which the messages came.
// Owned by the inbox. Knows identifiers only. [MQTT-4.6.0-2] [MQTT-4.6.0-3]
#pragma once

#include "common/client/engine/engine_events.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace client::engine {

class HeldAcknowledgements {
public:
    struct Due {
        mqtt::PacketId packet_id = 0;
        mqtt::Qos qos = mqtt::Qos::at_least_once;
    };

    /// A connection began. Without the session the server has forgotten what it sent, and its
    /// identifiers mean nothing any more.
    void begin(bool session_present);

    /// A message of QoS 1 or 2 came. The name of a new one; nullopt: the user has it since an
    /// earlier connection. [MQTT-4.4.0-1]
    [[nodiscard]] std::optional<DeliveryId>
    on_publish(mqtt::Qos qos, mqtt::PacketId packet_id, bool dup);

    /// The user is done with it. One that no connection knows any more is ignored.
    void acknowledge(DeliveryId id);

    /// Takes out what may be acknowledged now, in order.
    [[nodiscard]] std::vector<Due> take_due();

    /// Not acknowledged, on this connection.
    [[nodiscard]] std::size_t size() const { return held_.size(); }

private:
    struct Held {
        DeliveryId id = 0;
        mqtt::PacketId packet_id = 0;
        mqtt::Qos qos = mqtt::Qos::at_least_once;
        bool done = false;
    };

    std::deque<Held> held_;     ///< of this connection, as they came
    std::vector<Held> earlier_; ///< of earlier ones, not sent again so far
    DeliveryId last_ = 0;
};

} // namespace client::engine
