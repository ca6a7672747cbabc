// The stack of a tree walk: the first entries in place, so that an ordinary match allocates
// nothing; deeper ones on the heap, because depth is the peer's choice. A local variable of the
// walk.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <vector>

namespace mqtt::topic {

template <std::copyable Item>
class WalkStack {
public:
    [[nodiscard]] bool empty() const { return size_ == 0; }

    void push(Item item) {
        if (size_ < near_.size()) {
            near_[size_] = item;
        } else {
            far_.push_back(item);
        }
        ++size_;
    }

    /// Precondition: !empty().
    Item pop() {
        --size_;
        if (size_ < near_.size()) return near_[size_];
        const Item item = far_.back();
        far_.pop_back();
        return item;
    }

private:
    std::array<Item, 32> near_; // NOLINT(cppcoreguidelines-pro-type-member-init): set by push
    std::vector<Item> far_;
    std::size_t size_ = 0;
};

} // namespace mqtt::topic
