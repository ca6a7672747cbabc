#include "common/mqtt/packet/property_builder.hpp"

#include "common/base/assert.hpp"

namespace mqtt {

namespace {

void append_number(base::ByteBuffer& wire, std::uint32_t value, unsigned size) {
    for (unsigned i = size; i-- > 0;)
        wire.push_back(static_cast<std::uint8_t>(value >> (8U * i)));
}

void append_variable(base::ByteBuffer& wire, std::uint32_t value) {
    while (value >= 0x80U) {
        wire.push_back(static_cast<std::uint8_t>(value | 0x80U));
        value >>= 7U;
    }
    wire.push_back(static_cast<std::uint8_t>(value));
}

void append_text(base::ByteBuffer& wire, std::string_view text) {
    MIDGE_ASSERT(text.size() <= max_string_length, "a string of a property fits its length field");
    append_number(wire, static_cast<std::uint32_t>(text.size()), 2);
    base::append(wire, base::as_bytes(text));
}

const PropertyRow& row_of(PropertyId id) {
    const PropertyRow* row = find_property(static_cast<std::uint32_t>(id));
    MIDGE_ASSERT(row != nullptr, "the property exists");
    return *row;
}

} // namespace

PropertyBuilder& PropertyBuilder::number(PropertyId id, std::uint32_t value) {
    const PropertyRow& row = row_of(id);
    MIDGE_ASSERT(value >= row.minimum && value <= row.maximum, "the value is in range");
    wire_.push_back(static_cast<std::uint8_t>(id));
    switch (row.type) {
    case PropertyType::byte:
        append_number(wire_, value, 1);
        break;
    case PropertyType::two_byte_integer:
        append_number(wire_, value, 2);
        break;
    case PropertyType::four_byte_integer:
        append_number(wire_, value, 4);
        break;
    case PropertyType::variable_byte_integer:
        append_variable(wire_, value);
        break;
    default:
        MIDGE_ASSERT(false, "this property is not a number");
    }
    mask_ |= std::uint64_t{1} << static_cast<unsigned>(id);
    return *this;
}

PropertyBuilder& PropertyBuilder::text(PropertyId id, std::string_view value) {
    const PropertyType type = row_of(id).type;
    MIDGE_ASSERT(
        type == PropertyType::utf8_string || type == PropertyType::binary_data,
        "this property is a text or binary data"
    );
    wire_.push_back(static_cast<std::uint8_t>(id));
    append_text(wire_, value);
    mask_ |= std::uint64_t{1} << static_cast<unsigned>(id);
    return *this;
}

PropertyBuilder& PropertyBuilder::user_property(std::string_view name, std::string_view value) {
    wire_.push_back(static_cast<std::uint8_t>(PropertyId::user_property));
    append_text(wire_, name);
    append_text(wire_, value);
    mask_ |= std::uint64_t{1} << static_cast<unsigned>(PropertyId::user_property);
    return *this;
}

PropertyBuilder& PropertyBuilder::copy(const PropertyView& property) {
    base::append(wire_, property.wire);
    mask_ |= std::uint64_t{1} << static_cast<unsigned>(property.id);
    return *this;
}

} // namespace mqtt
