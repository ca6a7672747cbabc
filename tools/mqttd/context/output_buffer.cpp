#include "tools/mqttd/context/output_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mqttd {

namespace {

constexpr std::size_t smallest_spare = 16'384;
constexpr std::size_t largest_spare = 131'072;
constexpr std::size_t most_spares = 16;

} // namespace

SpareOutputs::Memory SpareOutputs::take() {
    if (pieces_.empty()) return {};
    Memory memory = std::move(pieces_.back());
    pieces_.pop_back();
    return memory;
}

void SpareOutputs::give_back(Memory memory) {
    const bool useful = memory.capacity >= smallest_spare && memory.capacity <= largest_spare;
    if (useful && pieces_.size() < most_spares) pieces_.push_back(std::move(memory));
}

void OutputBuffer::borrow(SpareOutputs& spare) {
    SpareOutputs::Memory memory = spare.take();
    memory_ = std::move(memory.bytes);
    capacity_ = memory.capacity;
}

void OutputBuffer::consume(std::size_t size, SpareOutputs& spare) {
    begin_ += size;
    if (begin_ != end_) return;
    spare.give_back({std::move(memory_), capacity_});
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
