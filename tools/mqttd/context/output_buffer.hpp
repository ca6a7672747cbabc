// Bytes encoded and not yet taken by the socket. Empty buffers hold no memory, so that an idle
// connection costs nothing here; busy ones borrow what others have just given back, so that output
// neither grows step by step in every turn nor leaves the cache. Shard thread only.
#pragma once

#include "common/base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace mqttd {

/// Memory that carried output and will again. One per shard; holds at most 16 pieces, of at most
/// 128 KiB each.
class SpareOutputs {
public:
    struct Memory {
        std::unique_ptr<std::uint8_t[]> bytes; // NOLINT(modernize-avoid-c-arrays): never zeroed
        std::size_t capacity = 0;
    };

    /// The piece given back last; none: capacity 0.
    [[nodiscard]] Memory take();
    /// Keeps it, unless it is too small, too large or there are enough.
    void give_back(Memory memory);

private:
    std::vector<Memory> pieces_;
};

class OutputBuffer {
public:
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }

    [[nodiscard]] bool empty() const { return begin_ == end_; }

    [[nodiscard]] base::Bytes bytes() const { return {memory_.get() + begin_, size()}; }

    [[nodiscard]] bool has_memory() const { return capacity_ != 0; }

    /// Precondition: has no memory.
    void borrow(SpareOutputs& spare);

    /// Room for size more bytes at the end, to be written before any other call.
    [[nodiscard]] std::uint8_t* extend(std::size_t size) {
        if (capacity_ - end_ < size) grow(size);
        std::uint8_t* const room = memory_.get() + end_;
        end_ += size;
        return room;
    }

    /// Replaces one byte.
    void set(std::size_t index, std::uint8_t byte) { memory_[begin_ + index] = byte; }

    /// Drops bytes from the end, so that size are left.
    void truncate(std::size_t size) { end_ = begin_ + size; }

    /// Drops bytes from the front; gives the memory back when that was all.
    void consume(std::size_t size, SpareOutputs& spare);

private:
    void grow(std::size_t size);

    std::unique_ptr<std::uint8_t[]> memory_; // NOLINT(modernize-avoid-c-arrays): raw, never zeroed
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace mqttd
