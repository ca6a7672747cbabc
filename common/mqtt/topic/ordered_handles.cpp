#include "common/mqtt/topic/ordered_handles.hpp"

#include <iterator>

namespace mqtt::topic {

void OrderedHandles::halve(std::size_t index) {
    Block& block = blocks_[index];
    const auto middle = block.begin() + static_cast<std::ptrdiff_t>(block.size() / 2);
    Block upper(middle, block.end());
    block.erase(middle, block.end());
    block.shrink_to_fit();
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(index + 1), std::move(upper));
}

/// A block that became small joins a neighbour with room for it, or gives memory back.
void OrderedHandles::shrink(std::size_t index) {
    const auto drop = [&](std::size_t dropped) {
        blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(dropped));
        if (blocks_.empty()) blocks_ = std::vector<Block>{};
    };
    if (blocks_[index].empty()) return drop(index);
    for (const std::size_t left : {index, index - 1}) {
        if (left >= blocks_.size() || left + 1 >= blocks_.size()) continue;
        Block& into = blocks_[left];
        const Block& from = blocks_[left + 1];
        if (into.size() + from.size() > max_block * 3 / 4) continue;
        into.insert(into.end(), from.begin(), from.end());
        return drop(left + 1);
    }
    Block& block = blocks_[index];
    if (block.size() * 2 < block.capacity()) block.shrink_to_fit();
}

std::size_t OrderedHandles::memory_bytes() const {
    std::size_t total = blocks_.capacity() * sizeof(Block);
    for (const Block& block : blocks_)
        total += block.capacity() * sizeof(Handle);
    return total;
}

} // namespace mqtt::topic
