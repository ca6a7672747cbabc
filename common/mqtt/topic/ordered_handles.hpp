// Handles in the order of their topics, in blocks of at most 512: four bytes an entry and some
// room. Finding costs two binary searches, inserting moves at most a block. Owned by a TopicTree;
// not thread safe. key_of(Handle) gives the topic, which must not change while the handle is here.
#pragma once

#include "common/base/assert.hpp"
#include "common/mqtt/topic/block_pool.hpp"
#include "common/mqtt/topic/topic_order.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <string_view>
#include <vector>

namespace mqtt::topic {

class OrderedHandles {
public:
    struct Position {
        std::size_t block;
        std::size_t index;
    };

    [[nodiscard]] bool is_end(Position at) const { return at.block == blocks_.size(); }

    /// Precondition: !is_end(at).
    [[nodiscard]] Handle handle(Position at) const { return blocks_[at.block][at.index]; }

    [[nodiscard]] Position following(Position at) const {
        if (at.index + 1 < blocks_[at.block].size()) return {at.block, at.index + 1};
        return {at.block + 1, 0};
    }

    /// The first topic at or after a text.
    template <typename KeyOf>
    [[nodiscard]] Position lower_bound(std::string_view text, KeyOf&& key_of) const {
        const auto is_before = [&](Handle handle) {
            return std::is_lt(compare_topics(key_of(handle), text));
        };
        const auto block =
            std::partition_point(blocks_.begin(), blocks_.end(), [&](const Block& candidate) {
                return is_before(candidate.back());
            });
        if (block == blocks_.end()) return {blocks_.size(), 0};
        const auto at = std::partition_point(block->begin(), block->end(), is_before);
        return {
            static_cast<std::size_t>(block - blocks_.begin()),
            static_cast<std::size_t>(at - block->begin())};
    }

    /// The same, when it is likely near a position before it.
    template <typename KeyOf>
    [[nodiscard]] Position
    lower_bound_from(Position from, std::string_view text, KeyOf&& key_of) const {
        const Block& block = blocks_[from.block];
        const auto is_before = [&](Handle handle) {
            return std::is_lt(compare_topics(key_of(handle), text));
        };
        if (is_before(block.back())) return lower_bound(text, key_of);
        std::size_t step = 1;
        auto low = block.begin() + static_cast<std::ptrdiff_t>(from.index);
        while (block.end() - low > static_cast<std::ptrdiff_t>(step) &&
               is_before(low[static_cast<std::ptrdiff_t>(step)])) {
            low += static_cast<std::ptrdiff_t>(step);
            step *= 2;
        }
        const auto high = low + std::min(static_cast<std::ptrdiff_t>(step + 1), block.end() - low);
        const auto at = std::partition_point(low, high, is_before);
        return {from.block, static_cast<std::size_t>(at - block.begin())};
    }

    /// Precondition: no handle with the same topic is here.
    template <typename KeyOf>
    void insert(Handle handle, KeyOf&& key_of) {
        const Position at = lower_bound(key_of(handle), key_of);
        if (is_end(at)) {
            // Topics that come in order fill their blocks.
            if (blocks_.empty() || blocks_.back().size() == max_block) blocks_.emplace_back();
            blocks_.back().push_back(handle);
            return;
        }
        Block& block = blocks_[at.block];
        block.insert(block.begin() + static_cast<std::ptrdiff_t>(at.index), handle);
        if (block.size() > max_block) halve(at.block);
    }

    /// Precondition: it is here.
    template <typename KeyOf>
    void erase(Handle handle, KeyOf&& key_of) {
        const Position at = lower_bound(key_of(handle), key_of);
        MIDGE_ASSERT(!is_end(at) && this->handle(at) == handle, "what is erased was inserted");
        Block& block = blocks_[at.block];
        block.erase(block.begin() + static_cast<std::ptrdiff_t>(at.index));
        if (block.size() < max_block / 4) shrink(at.block);
    }

    [[nodiscard]] std::size_t memory_bytes() const;

private:
    using Block = std::vector<Handle>;

    static constexpr std::size_t max_block = 512;

    void halve(std::size_t index);
    void shrink(std::size_t index);

    std::vector<Block> blocks_; ///< none empty
};

} // namespace mqtt::topic
