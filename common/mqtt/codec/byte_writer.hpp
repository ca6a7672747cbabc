// Appends one packet to a buffer, field by field. The remaining length is put in front at finish(),
// so that no field has to be measured before; PUBLISH, which is worth it, has its own writer in
// encode_publish.cpp.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/packet/property_list.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mqtt::codec {

class ByteWriter {
public:
    /// flags: the low four bits of the fixed header. out outlives the writer.
    ByteWriter(PacketType type, std::uint8_t flags, base::ByteBuffer& out);

    void byte(std::uint8_t value) { out_.push_back(value); }

    void two_bytes(std::uint16_t value);
    void variable(std::size_t value);
    void binary(base::Bytes bytes); ///< at most 65535 bytes, asserted

    void text(std::string_view text) { binary(base::as_bytes(text)); }

    /// Length and bytes of a property section.
    void properties(const PropertyList& list);

    /// Writes the remaining length; the last call.
    void finish();

private:
    base::ByteBuffer& out_;
    std::size_t start_; ///< index of the packet's first byte
};

} // namespace mqtt::codec
