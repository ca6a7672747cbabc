// One property section: a view of its validated wire bytes plus a mask of what is present, so that
// decoding copies nothing and forwarding copies bytes. Made by the decoder or from a
// PropertyBuilder; never from unchecked bytes.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/spec/property.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mqtt {

/// One property of a list. Which member carries the value depends on the type of the row.
struct PropertyView {
    PropertyId id{};
    std::uint32_t number = 0; ///< byte, two and four byte integer, variable byte integer
    std::string_view name;    ///< user property only
    std::string_view text;    ///< UTF-8 string, value of a user property, or binary data
    base::Bytes wire;         ///< identifier and value as on the wire
};

class PropertyList {
public:
    /// Walks the properties in wire order.
    class Iterator {
    public:
        explicit Iterator(base::Bytes rest);

        const PropertyView& operator*() const { return current_; }

        const PropertyView* operator->() const { return &current_; }

        Iterator& operator++();

        bool operator==(const Iterator& other) const {
            return rest_.size() == other.rest_.size() && at_end_ == other.at_end_;
        }

    private:
        void read();

        base::Bytes rest_;
        PropertyView current_;
        bool at_end_ = false;
    };

    PropertyList() = default;

    /// wire: the section without its length prefix, already validated; mask: bit (1 << id) for each
    /// present id.
    PropertyList(base::Bytes wire, std::uint64_t mask) : wire_(wire), mask_(mask) {}

    [[nodiscard]] base::Bytes wire() const { return wire_; }

    [[nodiscard]] bool empty() const { return wire_.empty(); }

    [[nodiscard]] std::uint64_t mask() const { return mask_; }

    [[nodiscard]] bool has(PropertyId id) const {
        return ((mask_ >> static_cast<unsigned>(id)) & 1U) != 0;
    }

    /// The first value of this id; nullopt when absent. A number for integer types, text for
    /// strings and binary data.
    [[nodiscard]] std::optional<std::uint32_t> number(PropertyId id) const {
        return has(id) ? std::optional(first_of(id).number) : std::nullopt;
    }

    [[nodiscard]] std::optional<std::string_view> text(PropertyId id) const {
        return has(id) ? std::optional(first_of(id).text) : std::nullopt;
    }

    [[nodiscard]] Iterator begin() const { return Iterator(wire_); }

    [[nodiscard]] Iterator end() const { return Iterator({}); }

private:
    /// Precondition: has(id).
    [[nodiscard]] PropertyView first_of(PropertyId id) const;

    base::Bytes wire_;
    std::uint64_t mask_ = 0;
};

} // namespace mqtt
