// Texts in one block each, with room for a value before them: what a tree keeps for a filter. Owned
// by the trees of this folder; not thread safe. Knows the size of the value, not its type.
#pragma once

#include "common/mqtt/topic/block_pool.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mqtt::topic {

class TextPool {
public:
    /// value_size: bytes before each text, aligned to 8.
    explicit TextPool(std::size_t value_size) : value_size_{value_size} {}

    /// text: at most 65535 bytes. The bytes of the value are not set.
    [[nodiscard]] Handle create(std::string_view text) { return create(text, {}, {}); }

    /// The three parts, joined.
    [[nodiscard]] Handle
    create(std::string_view first, std::string_view second, std::string_view third);

    void free(Handle block) { pool_.free(block); }

    [[nodiscard]] std::byte* value(Handle block) const { return pool_.at(block); }

    /// Valid until the block is freed.
    [[nodiscard]] std::string_view text(Handle block) const {
        const std::byte* const at = pool_.at(block) + value_size_;
        std::uint16_t size = 0;
        std::memcpy(&size, at, sizeof size);
        return {reinterpret_cast<const char*>(at + sizeof size), size};
    }

    [[nodiscard]] std::size_t memory_bytes() const { return pool_.memory_bytes(); }

private:
    BlockPool pool_;
    std::size_t value_size_;
};

} // namespace mqtt::topic
