#include "common/mqtt/topic/handle_table.hpp"

#include "common/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace mqtt::topic {

namespace {

constexpr std::size_t min_capacity = 8;

} // namespace

void HandleTable::insert(std::uint64_t hash, Handle handle) {
    if ((size_ + 1) * 5 > capacity_ * 4) rehash(std::max(min_capacity, capacity_ + capacity_ / 2));
    place({tag_of(hash), handle});
    ++size_;
}

void HandleTable::place(Slot slot) {
    std::size_t index = home(slot.tag);
    while (slots_[index].handle != 0)
        index = after(index);
    slots_[index] = slot;
}

void HandleTable::erase(std::uint64_t hash, Handle handle) {
    MIDGE_ASSERT(size_ > 0, "what is erased was inserted");
    std::size_t gap = home(tag_of(hash));
    while (slots_[gap].handle != handle) {
        MIDGE_ASSERT(slots_[gap].handle != 0, "what is erased was inserted with this hash");
        gap = after(gap);
    }
    // Those pushed beyond the gap move back, so that no marker has to stay.
    for (std::size_t index = after(gap); slots_[index].handle != 0; index = after(index)) {
        if (distance(home(slots_[index].tag), index) >= distance(gap, index)) {
            slots_[gap] = slots_[index];
            gap = index;
        }
    }
    slots_[gap] = {};
    --size_;
    if (size_ == 0) {
        slots_.reset();
        capacity_ = 0;
    } else if (capacity_ > min_capacity && size_ * 4 < capacity_) {
        rehash(std::max(min_capacity, size_ * 2));
    }
}

void HandleTable::rehash(std::size_t capacity) {
    MIDGE_ASSERT(capacity < std::size_t{1} << 32U, "handles suffice for the memory there is");
    const std::unique_ptr<Slot[]> old = std::exchange(slots_, std::make_unique<Slot[]>(capacity));
    const std::size_t old_capacity = std::exchange(capacity_, capacity);
    for (std::size_t index = 0; index < old_capacity; ++index) {
        if (old[index].handle != 0) place(old[index]);
    }
}

} // namespace mqtt::topic
