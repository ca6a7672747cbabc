#include "common/mqtt/packet/property_list.hpp"

#include "common/base/assert.hpp"

namespace mqtt {

namespace {

// The bytes were validated when the list was made: lengths are believed here.
std::uint32_t take_number(base::Bytes& rest, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value = (value << 8U) | rest[i];
    rest = rest.subspan(size);
    return value;
}

std::uint32_t take_variable(base::Bytes& rest) {
    std::uint32_t value = 0;
    std::size_t used = 0;
    while (true) {
        const std::uint8_t byte = rest[used];
        value |= (byte & 0x7FU) << (7U * used);
        ++used;
        if ((byte & 0x80U) == 0) break;
    }
    rest = rest.subspan(used);
    return value;
}

std::string_view take_text(base::Bytes& rest) {
    const std::size_t size = take_number(rest, 2);
    const std::string_view text = base::as_text(rest.first(size));
    rest = rest.subspan(size);
    return text;
}

void take_value(PropertyType type, base::Bytes& rest, PropertyView& property) {
    switch (type) {
    case PropertyType::byte:
        property.number = take_number(rest, 1);
        break;
    case PropertyType::two_byte_integer:
        property.number = take_number(rest, 2);
        break;
    case PropertyType::four_byte_integer:
        property.number = take_number(rest, 4);
        break;
    case PropertyType::variable_byte_integer:
        property.number = take_variable(rest);
        break;
    case PropertyType::utf8_string_pair:
        property.name = take_text(rest);
        property.text = take_text(rest);
        break;
    case PropertyType::utf8_string:
    case PropertyType::binary_data:
        property.text = take_text(rest);
        break;
    }
}

} // namespace

PropertyList::Iterator::Iterator(base::Bytes rest) : rest_(rest) {
    read();
}

PropertyList::Iterator& PropertyList::Iterator::operator++() {
    read();
    return *this;
}

void PropertyList::Iterator::read() {
    current_ = {};
    at_end_ = rest_.empty();
    if (at_end_) return;
    const base::Bytes start = rest_;
    const PropertyRow* row = find_property(take_number(rest_, 1));
    MIDGE_ASSERT(row != nullptr, "a property list is made of validated bytes");
    current_.id = row->id;
    take_value(row->type, rest_, current_);
    current_.wire = start.first(start.size() - rest_.size());
}

PropertyView PropertyList::first_of(PropertyId id) const {
    for (const PropertyView& property : *this) {
        if (property.id == id) return property;
    }
    MIDGE_ASSERT(false, "the mask of a property list says what is in it");
    return {};
}

} // namespace mqtt
