#include "common/mqtt/codec/encode_within.hpp"

#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/packet/property_builder.hpp"

namespace mqtt::codec {

namespace {

PropertyBuilder copy_without(const PropertyList& list, PropertyId id) {
    PropertyBuilder kept;
    for (const PropertyView& property : list) {
        if (property.id != id) kept.copy(property);
    }
    return kept;
}

template <typename Value>
bool append_if_it_fits(
    const Value& packet, ProtocolVersion version, std::size_t limit, base::ByteBuffer& out
) {
    const std::size_t start = out.size();
    encode(packet, version, out);
    if (limit == 0 || out.size() - start <= limit) return true;
    out.resize(start);
    return false;
}

} // namespace

template <Explained Value>
bool encode_within(
    const Value& packet, ProtocolVersion version, std::size_t max_packet_size, base::ByteBuffer& out
) {
    if (append_if_it_fits(packet, version, max_packet_size, out)) return true;
    Value smaller = packet;
    PropertyBuilder kept;
    for (const PropertyId id : {PropertyId::user_property, PropertyId::reason_string}) {
        if (!smaller.properties.has(id)) continue;
        kept = copy_without(smaller.properties, id);
        smaller.properties = kept.list();
        if (append_if_it_fits(smaller, version, max_packet_size, out)) return true;
    }
    return false;
}

template bool encode_within(const Connack&, ProtocolVersion, std::size_t, base::ByteBuffer&);
template bool encode_within(const Puback&, ProtocolVersion, std::size_t, base::ByteBuffer&);
template bool encode_within(const Pubrec&, ProtocolVersion, std::size_t, base::ByteBuffer&);
template bool encode_within(const Pubrel&, ProtocolVersion, std::size_t, base::ByteBuffer&);
template bool encode_within(const Pubcomp&, ProtocolVersion, std::size_t, base::ByteBuffer&);
template bool encode_within(const Suback&, ProtocolVersion, std::size_t, base::ByteBuffer&);
template bool encode_within(const Unsuback&, ProtocolVersion, std::size_t, base::ByteBuffer&);
template bool encode_within(const Disconnect&, ProtocolVersion, std::size_t, base::ByteBuffer&);
template bool encode_within(const Auth&, ProtocolVersion, std::size_t, base::ByteBuffer&);

} // namespace mqtt::codec
