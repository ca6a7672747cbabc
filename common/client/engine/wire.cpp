#include "common/client/engine/wire.hpp"

#include <array>

namespace client::engine {

void Wire::trace(Direction direction, const mqtt::Packet& packet, std::size_t size) {
    using mqtt::PacketType;
    // In the order of the variant.
    constexpr std::array types{
        PacketType::connect,
        PacketType::connack,
        PacketType::publish,
        PacketType::puback,
        PacketType::pubrec,
        PacketType::pubrel,
        PacketType::pubcomp,
        PacketType::subscribe,
        PacketType::suback,
        PacketType::unsubscribe,
        PacketType::unsuback,
        PacketType::pingreq,
        PacketType::pingresp,
        PacketType::disconnect,
        PacketType::auth,
    };
    static_assert(types.size() == std::variant_size_v<mqtt::Packet>);
    events_.on_packet(PacketTrace{
        .direction = direction,
        .type = types[packet.index()],
        .size = size,
        .detail = describe(packet),
    });
}

} // namespace client::engine
