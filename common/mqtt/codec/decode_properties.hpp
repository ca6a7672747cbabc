// Reads and validates one property section: identifiers, types, ranges, repetitions and what
// belongs where. [MQTT5 2.2.2]
#pragma once

#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/packet/property_list.hpp"

namespace mqtt::codec {

/// The out-of-line part: a section with size bytes, which are at least one.
[[nodiscard]] PropertyList
decode_property_section(ByteReader& in, PropertyScope scope, std::size_t size);

/// Reads the length and the section behind it. What is wrong is remembered by the reader.
[[nodiscard]] inline PropertyList decode_properties(ByteReader& in, PropertyScope scope) {
    const std::size_t start = in.offset();
    const std::size_t size = in.variable();
    if (size == 0) return {};
    if (size > in.left()) {
        in.fail(Rule::field_is_complete, start);
        return {};
    }
    return decode_property_section(in, scope, size);
}

} // namespace mqtt::codec
