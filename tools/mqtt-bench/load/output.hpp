// Bytes that wait for their socket. Sent ones are only stepped over, so a backlog is never moved,
// and an empty one gives a large buffer back. Owned by one client, on its worker's thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace bench {

class Output {
public:
    /// Room for so many bytes at the end; valid until the next call.
    std::uint8_t* extend(std::size_t size) {
        if (end_ + size > capacity_) make_room(size);
        std::uint8_t* const at = data_.get() + end_;
        end_ += size;
        return at;
    }

    void append(const void* data, std::size_t size) { std::memcpy(extend(size), data, size); }

    void consume(std::size_t size) {
        begin_ += size;
        if (begin_ == end_) begin_ = end_ = 0;
    }

    /// Gives the memory back when nothing waits and there is more than that.
    void release_above(std::size_t kept) {
        if (!empty() || capacity_ <= kept) return;
        data_.reset();
        begin_ = end_ = capacity_ = 0;
    }

    [[nodiscard]] const std::uint8_t* data() const { return data_.get() + begin_; }

    [[nodiscard]] std::size_t size() const { return end_ - begin_; }

    [[nodiscard]] bool empty() const { return begin_ == end_; }

private:
    void make_room(std::size_t size) {
        capacity_ = std::max(2 * (this->size() + size), std::size_t{64});
        std::unique_ptr<std::uint8_t[]> larger(new std::uint8_t[capacity_]);
        if (this->size() != 0) std::memcpy(larger.get(), data(), this->size());
        data_ = std::move(larger);
        end_ -= begin_;
        begin_ = 0;
    }

    std::unique_ptr<std::uint8_t[]> data_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace bench
