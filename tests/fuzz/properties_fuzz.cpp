// One property section. First byte: the packet it stands in; then the section without its length.
// What is accepted must obey the table, and be the same when it is built again value by value.
#include "common/base/assert.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/varint.hpp"
#include "common/mqtt/packet/property_builder.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace {

using namespace mqtt;

constexpr std::array scopes{
    PropertyScope::connect,
    PropertyScope::connack,
    PropertyScope::publish,
    PropertyScope::puback,
    PropertyScope::pubrec,
    PropertyScope::pubrel,
    PropertyScope::pubcomp,
    PropertyScope::subscribe,
    PropertyScope::suback,
    PropertyScope::unsubscribe,
    PropertyScope::unsuback,
    PropertyScope::disconnect,
    PropertyScope::auth,
    PropertyScope::will,
};

void add(PropertyBuilder& builder, const PropertyView& property, const PropertyRow& row) {
    switch (row.type) {
    case PropertyType::utf8_string:
    case PropertyType::binary_data:
        builder.text(property.id, property.text);
        break;
    case PropertyType::utf8_string_pair:
        builder.user_property(property.name, property.text);
        break;
    default:
        builder.number(property.id, property.number);
    }
}

void check_list(const PropertyList& list, PropertyScope scope) {
    PropertyBuilder built;
    PropertyBuilder copied;
    for (const PropertyView& property : list) {
        const PropertyRow* row = find_property(static_cast<std::uint32_t>(property.id));
        MIDGE_ASSERT(row != nullptr && row->allowed_in(scope), "the property belongs here");
        MIDGE_ASSERT(list.has(property.id), "the mask knows each property");
        MIDGE_ASSERT(row->repeatable || !built.list().has(property.id), "it comes once");
        add(built, property, *row);
        copied.copy(property);
    }
    MIDGE_ASSERT(built.list().mask() == list.mask(), "the mask is that of the properties");
    MIDGE_ASSERT(std::ranges::equal(built.list().wire(), list.wire()), "built again the same");
    MIDGE_ASSERT(std::ranges::equal(copied.list().wire(), list.wire()), "copied the same");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const PropertyScope scope = scopes[data[0] % scopes.size()];
    const base::Bytes section(data + 1, size - 1);
    base::ByteBuffer body(codec::variable_size(section.size()));
    codec::write_variable(body.data(), section.size());
    base::append(body, section);
    const codec::Frame frame{.body = body};
    codec::ByteReader in(frame, ProtocolVersion::v5);
    const PropertyList list = codec::decode_properties(in, scope);
    if (in.ok()) {
        MIDGE_ASSERT(in.at_end(), "a section ends where its length says");
        check_list(list, scope);
    } else {
        MIDGE_ASSERT(in.error().offset <= frame.size(), "the offset is within the section");
        MIDGE_ASSERT(!in.error().clause.empty(), "a refusal names its clause");
    }
    return 0;
}
