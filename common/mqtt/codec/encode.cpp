#include "common/mqtt/codec/encode.hpp"

#include <variant>

namespace mqtt::codec {

namespace {

template <typename Value>
concept same_in_all_versions = requires(const Value& packet, base::ByteBuffer& out) {
    encode(packet, out);
};

} // namespace

void encode(const Packet& packet, ProtocolVersion version, base::ByteBuffer& out) {
    std::visit(
        [&]<typename Value>(const Value& value) {
            if constexpr (same_in_all_versions<Value>) {
                encode(value, out);
            } else {
                encode(value, version, out);
            }
        },
        packet
    );
}

} // namespace mqtt::codec
