// Small blocks of memory of any size, each named by 32 bits instead of a pointer: no header a
// block, sizes rounded up to 8 bytes only, and a chunk goes back to the allocator when its last
// block is freed. Owned by the trees of this folder; not thread safe. Constructs and destroys
// nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace mqtt::topic {

/// Names a block; 0 names none.
using Handle = std::uint32_t;

class BlockPool {
public:
    BlockPool() = default;
    BlockPool(const BlockPool&) = delete;
    BlockPool& operator=(const BlockPool&) = delete;
    ~BlockPool() = default;

    /// size: 1 to 128 KiB. Aligned to 8 bytes; stays where it is until it is freed.
    [[nodiscard]] Handle allocate(std::size_t size);
    void free(Handle block);

    /// Precondition: allocated and not freed.
    [[nodiscard]] std::byte* at(Handle block) const {
        const Chunk& chunk = chunks_[block >> slot_bits];
        return chunk.memory.get() + (block & slot_mask) * std::size_t{chunk.block_size};
    }

    /// Bytes taken from the allocator.
    [[nodiscard]] std::size_t memory_bytes() const {
        return chunk_bytes_ + chunks_.capacity() * sizeof(Chunk);
    }

private:
    static constexpr unsigned slot_bits = 8;
    static constexpr Handle slot_mask = (1U << slot_bits) - 1;
    static constexpr std::size_t usual_chunk_size = 16384;
    static constexpr std::size_t size_classes = 72;

    /// Blocks of one size. Chunk 0 is never used, so that no block has the handle 0.
    struct Chunk {
        std::unique_ptr<std::byte[]> memory; // NOLINT(modernize-avoid-c-arrays): never zeroed
        std::uint32_t block_size = 0;
        std::uint16_t capacity = 0;
        std::uint16_t used = 0;
        std::uint16_t touched = 0;   ///< blocks from here on were never allocated
        std::uint16_t free_list = 0; ///< slot + 1 of the first freed one; each holds the next
        std::uint32_t next = 0;      ///< neighbours among the chunks of its size that have room,
        std::uint32_t previous = 0;  ///< or the next unused chunk
    };

    struct SizeClass {
        std::size_t index;
        std::size_t size; ///< rounded up
    };

    static SizeClass class_of(std::size_t size);

    std::uint32_t add_chunk(SizeClass size_class);
    void drop_chunk(std::uint32_t index);
    void link(std::uint32_t index, std::uint32_t& first);
    void unlink(std::uint32_t index, std::uint32_t& first);

    std::vector<Chunk> chunks_;
    std::array<std::uint32_t, size_classes> with_room_{}; ///< first chunk of each size
    std::uint32_t unused_chunk_ = 0;
    std::uint32_t chunks_in_use_ = 0;
    std::size_t chunk_bytes_ = 0;
};

} // namespace mqtt::topic
