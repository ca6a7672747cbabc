// The QoS 1 and QoS 2 messages one side has received and not finished: duplicates of QoS 2 and the
// Receive Maximum we advertised. Owned by a session (server) or a client engine, used on its
// thread. Knows identifiers only; never packets, bytes or time. [MQTT-4.3.3] [MQTT-3.3.4-7]
#pragma once

#include "common/mqtt/flow/id_table.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <cstddef>
#include <cstdint>

namespace mqtt::flow {

/// duplicate: a QoS 2 message already accepted, to be acknowledged again and not delivered.
enum class Receipt : std::uint8_t { accepted, duplicate, window_exceeded };

/// A QoS 2 message whose PUBREL has not come.
struct UnreleasedMessage {
    PacketId id = 0;
    bool counts = false;           ///< its PUBLISH arrived on this connection
    std::uint8_t qos1_pending = 0; ///< QoS 1 messages of a careless peer under the same identifier
};

/// QoS 1 is a count: nobody asks again for its identifiers. QoS 2 identifiers are remembered,
/// across connections.
class ReceiveFlow {
public:
    /// receive_maximum: what we advertised; 0 = 65535 (none advertised).
    explicit ReceiveFlow(std::uint16_t receive_maximum) { set_receive_maximum(receive_maximum); }

    void set_receive_maximum(std::uint16_t receive_maximum) {
        maximum_ = receive_maximum == 0 ? std::uint16_t{65535} : receive_maximum;
    }

    /// QoS 1 counts until finish(); a QoS 2 identifier is remembered until on_pubrel(). QoS 0 is
    /// always accepted. window_exceeded changes nothing; the caller disconnects with 0x93.
    /// [MQTT-4.3.3-10] [MQTT-3.3.4-7]
    Receipt on_publish(Qos qos, PacketId id);
    /// QoS 1 acknowledged, or QoS 2 refused with an error PUBREC. Unknown identifiers are ignored.
    /// [MQTT-4.3.3-9]
    void finish(PacketId id);
    /// false: unknown; v5 answers PUBCOMP with 0x92. [MQTT-4.3.3-11]
    bool on_pubrel(PacketId id);

    /// Messages that count against Receive Maximum on this connection.
    [[nodiscard]] std::size_t pending() const { return counted_; }

    /// QoS 2 identifiers awaiting PUBREL, those of earlier connections included.
    [[nodiscard]] std::size_t remembered() const { return qos2_.size(); }

    /// A new connection: nothing counts any more, QoS 2 identifiers stay. [MQTT-4.9.0-1]
    void clear_quota();
    /// A QoS 2 identifier of a durable session; it does not count. false: 0 or already there.
    bool restore(PacketId id);

    /// visit(PacketId), in no useful order; must not change this flow.
    template <typename Visit>
    void for_each_qos2(Visit&& visit) {
        qos2_.for_each([&visit](const UnreleasedMessage& known) { visit(known.id); });
    }

private:
    Receipt on_qos1(PacketId id);

    [[no_unique_address]] IdTable<UnreleasedMessage> qos2_;
    std::uint16_t counted_ = 0;
    std::uint16_t maximum_ = 0;
};

} // namespace mqtt::flow
