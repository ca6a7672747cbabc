// Collects properties to send. Values are the caller's duty to be legal for the scope (MIDGE_ASSERT
// on type mismatch).
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/packet/property_list.hpp"

namespace mqtt {

class PropertyBuilder {
public:
    PropertyBuilder& number(PropertyId id, std::uint32_t value);
    PropertyBuilder& text(PropertyId id, std::string_view value);
    PropertyBuilder& user_property(std::string_view name, std::string_view value);
    /// Copies one property of another list as it is.
    PropertyBuilder& copy(const PropertyView& property);

    /// A view of what was collected; valid until the next change or the end of this builder.
    [[nodiscard]] PropertyList list() const { return {wire_, mask_}; }

    [[nodiscard]] bool empty() const { return wire_.empty(); }

private:
    base::ByteBuffer wire_;
    std::uint64_t mask_ = 0;
};

} // namespace mqtt
