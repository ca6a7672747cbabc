#include "tools/mqttd/context/output_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace mqttd {

void OutputBuffer::append(base::Bytes bytes) {
    if (bytes.empty()) return;
    std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
}

void OutputBuffer::consume(std::size_t size) {
    begin_ += size;
    if (begin_ != end_) return;
    memory_.reset();
    begin_ = end_ = capacity_ = 0;
}

void OutputBuffer::grow(std::size_t size) {
    const std::size_t used = end_ - begin_;
    if (begin_ >= used && capacity_ - used >= size && begin_ > 0) {
        std::memmove(memory_.get(), memory_.get() + begin_, used);
    } else {
        const std::size_t capacity = std::max({used + size, capacity_ * 2, std::size_t{512}});
        auto* const fresh = new std::uint8_t[capacity];
        if (used > 0) std::memcpy(fresh, memory_.get() + begin_, used);
        memory_.reset(fresh);
        capacity_ = capacity;
    }
    begin_ = 0;
    end_ = used;
}

} // namespace mqttd
