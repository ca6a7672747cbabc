// The bytes a connection has to send, and the trace of packets both ways. Owned by the engine; the
// driver takes the bytes. Knows nothing of flows.
#pragma once

#include "common/base/bytes.hpp"
#include "common/client/engine/engine_events.hpp"
#include "common/client/engine/words.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace client::engine {

class Wire {
public:
    Wire(EngineEvents& events, mqtt::ProtocolVersion version)
        : events_(events), version_(version) {}

    /// Appends one packet.
    template <typename P>
    void send(const P& packet) {
        const std::size_t before = bytes_.size();
        if constexpr (std::is_same_v<P, mqtt::Connect> || std::is_same_v<P, mqtt::Pingreq>) {
            mqtt::codec::encode(packet, bytes_);
        } else {
            mqtt::codec::encode(packet, version_, bytes_);
        }
        if (events_.wants_trace()) trace(Direction::sent, packet, bytes_.size() - before);
    }

    void trace(Direction direction, const mqtt::Packet& packet, std::size_t size);

    [[nodiscard]] std::size_t pending() const { return bytes_.size(); }

    [[nodiscard]] base::ByteBuffer take() { return std::exchange(bytes_, {}); }

    void clear() { bytes_.clear(); }

    [[nodiscard]] mqtt::ProtocolVersion version() const { return version_; }

private:
    EngineEvents& events_;
    mqtt::ProtocolVersion version_;
    base::ByteBuffer bytes_;
};

} // namespace client::engine
