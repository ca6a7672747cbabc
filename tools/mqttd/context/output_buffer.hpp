// Bytes encoded and not yet taken by the socket. Empty buffers hold no memory, so that an idle
// connection costs nothing here. Shard thread only.
#pragma once

#include "common/base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace mqttd {

class OutputBuffer {
public:
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }

    [[nodiscard]] bool empty() const { return begin_ == end_; }

    [[nodiscard]] base::Bytes bytes() const { return {memory_.get() + begin_, size()}; }

    /// Room for size more bytes at the end, to be written before any other call.
    [[nodiscard]] std::uint8_t* extend(std::size_t size) {
        if (capacity_ - end_ < size) grow(size);
        std::uint8_t* const room = memory_.get() + end_;
        end_ += size;
        return room;
    }

    void append(base::Bytes bytes);
    /// Drops bytes from the front; gives the memory back when that was all.
    void consume(std::size_t size);

    void clear() { consume(size()); }

private:
    void grow(std::size_t size);

    std::unique_ptr<std::uint8_t[]> memory_; // NOLINT(modernize-avoid-c-arrays): raw, never zeroed
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace mqttd
