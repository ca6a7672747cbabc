#include "common/mqtt/spec/protocol.hpp"

#include <array>

namespace mqtt {

std::string_view name_of(PacketType type) {
    static constexpr std::array<std::string_view, 16> names{
        "reserved",
        "CONNECT",
        "CONNACK",
        "PUBLISH",
        "PUBACK",
        "PUBREC",
        "PUBREL",
        "PUBCOMP",
        "SUBSCRIBE",
        "SUBACK",
        "UNSUBSCRIBE",
        "UNSUBACK",
        "PINGREQ",
        "PINGRESP",
        "DISCONNECT",
        "AUTH",
    };
    return names[static_cast<std::size_t>(type) & 0x0FU];
}

std::string_view name_of(ProtocolVersion version) {
    switch (version) {
    case ProtocolVersion::v31:
        return "3.1";
    case ProtocolVersion::v311:
        return "3.1.1";
    case ProtocolVersion::v5:
        return "5.0";
    }
    return "unknown";
}

} // namespace mqtt
