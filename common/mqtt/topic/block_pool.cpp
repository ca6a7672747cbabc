#include "common/mqtt/topic/block_pool.hpp"

#include "common/base/assert.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mqtt::topic {

// Steps of 8 bytes up to 256, then four steps to each doubling.
BlockPool::SizeClass BlockPool::class_of(std::size_t size) {
    if (size <= 256) {
        const std::size_t index = (size + 7) / 8;
        return {index, index * 8};
    }
    const auto width = static_cast<unsigned>(std::bit_width(size - 1)); // 9 at 257 bytes
    const unsigned shift = width - 3;
    const std::size_t steps = ((size - 1) >> shift) + 1; // 5 to 8
    return {33 + (width - 9) * 4 + (steps - 5), steps << shift};
}

Handle BlockPool::allocate(std::size_t size) {
    const SizeClass wanted = class_of(size);
    MIDGE_ASSERT(size > 0 && wanted.index < size_classes, "a block has 1 to 128 KiB");
    std::uint32_t& first = with_room_[wanted.index];
    if (first == 0) link(add_chunk(wanted), first);
    const std::uint32_t index = first;
    Chunk& chunk = chunks_[index];
    std::uint16_t slot = chunk.touched;
    if (chunk.free_list != 0) {
        slot = static_cast<std::uint16_t>(chunk.free_list - 1);
        std::memcpy(
            &chunk.free_list,
            chunk.memory.get() + slot * std::size_t{chunk.block_size},
            sizeof chunk.free_list
        );
    } else {
        ++chunk.touched;
    }
    if (++chunk.used == chunk.capacity) unlink(index, first);
    return index << slot_bits | slot;
}

void BlockPool::free(Handle block) {
    const std::uint32_t index = block >> slot_bits;
    const auto slot = static_cast<std::uint16_t>(block & slot_mask);
    Chunk& chunk = chunks_[index];
    MIDGE_ASSERT(slot < chunk.touched && chunk.used > 0, "a freed block was allocated");
    std::uint32_t& first = with_room_[class_of(chunk.block_size).index];
    if (chunk.used-- == chunk.capacity) link(index, first);
    if (chunk.used == 0) {
        unlink(index, first);
        drop_chunk(index);
        return;
    }
    std::memcpy(at(block), &chunk.free_list, sizeof chunk.free_list);
    chunk.free_list = static_cast<std::uint16_t>(slot + 1);
}

std::uint32_t BlockPool::add_chunk(SizeClass size_class) {
    if (chunks_.empty()) chunks_.emplace_back();
    std::uint32_t index = unused_chunk_;
    if (index != 0) {
        unused_chunk_ = chunks_[index].next;
    } else {
        index = static_cast<std::uint32_t>(chunks_.size());
        MIDGE_ASSERT(index < 1U << (32 - slot_bits), "handles suffice for the memory there is");
        chunks_.emplace_back();
    }
    Chunk& chunk = chunks_[index];
    const std::size_t capacity =
        std::clamp<std::size_t>(usual_chunk_size / size_class.size, 1, slot_mask + 1);
    chunk = Chunk{};
    chunk.memory.reset(new std::byte[capacity * size_class.size]);
    chunk.block_size = static_cast<std::uint32_t>(size_class.size);
    chunk.capacity = static_cast<std::uint16_t>(capacity);
    chunk_bytes_ += capacity * size_class.size;
    ++chunks_in_use_;
    return index;
}

void BlockPool::drop_chunk(std::uint32_t index) {
    Chunk& chunk = chunks_[index];
    chunk_bytes_ -= std::size_t{chunk.capacity} * chunk.block_size;
    chunk = Chunk{};
    chunk.next = unused_chunk_;
    unused_chunk_ = index;
    if (--chunks_in_use_ == 0) {
        chunks_ = std::vector<Chunk>{};
        unused_chunk_ = 0;
    }
}

void BlockPool::link(std::uint32_t index, std::uint32_t& first) {
    chunks_[index].previous = 0;
    chunks_[index].next = first;
    if (first != 0) chunks_[first].previous = index;
    first = index;
}

void BlockPool::unlink(std::uint32_t index, std::uint32_t& first) {
    const Chunk& chunk = chunks_[index];
    if (chunk.next != 0) chunks_[chunk.next].previous = chunk.previous;
    (chunk.previous == 0 ? first : chunks_[chunk.previous].next) = chunk.next;
}

} // namespace mqtt::topic
