// A keyed hash of short texts for the tables of this folder: who does not know the seed cannot
// choose topics that collide. A value; any thread. The sum of products is NH, the universal hash
// of UMAC: with random keys two given texts collide with probability 2^-64, which is what a table
// needs; it is no message authentication code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mqtt::topic {

class TextHash {
public:
    /// seed: random, from base::Entropy; secret from peers.
    explicit TextHash(std::uint64_t seed);

    [[nodiscard]] std::uint64_t operator()(std::string_view text) const {
        const std::size_t size = text.size();
        if (size <= block_size) return finish(product(small_block(text), 0), size);
        if (size <= stripe_size) return finish(sum(text.data(), size), size);
        return long_text(text);
    }

    /// The hash of a pair: a level below a node.
    [[nodiscard]] std::uint64_t pair(std::uint64_t hash, std::uint32_t number) const {
        return fold(Wide{hash ^ keys_[2]} * (number ^ keys_[3]));
    }

private:
    __extension__ using Wide = unsigned __int128;

    struct Block {
        std::uint64_t first;
        std::uint64_t second;
    };

    static constexpr std::size_t block_size = sizeof(Block);
    static constexpr std::size_t stripe_blocks = 8;
    static constexpr std::size_t stripe_size = stripe_blocks * block_size;

    template <typename Word>
    static std::uint64_t load(const char* from) {
        Word word;
        std::memcpy(&word, from, sizeof word);
        return word;
    }

    static std::uint64_t fold(Wide value) {
        return static_cast<std::uint64_t>(value) ^ static_cast<std::uint64_t>(value >> 64U);
    }

    static Block load_block(const char* from) {
        return {load<std::uint64_t>(from), load<std::uint64_t>(from + 8)};
    }

    /// Up to 16 bytes as two words; with the size, no two texts give the same.
    static Block small_block(std::string_view text) {
        const char* const data = text.data();
        const std::size_t size = text.size();
        if (size >= 8) return {load<std::uint64_t>(data), load<std::uint64_t>(data + size - 8)};
        if (size >= 4) return {load<std::uint32_t>(data), load<std::uint32_t>(data + size - 4)};
        if (size == 0) return {0, 0};
        return {
            load<std::uint8_t>(data) << 8U | load<std::uint8_t>(data + size / 2),
            load<std::uint8_t>(data + size - 1)};
    }

    [[nodiscard]] Wide product(Block block, std::size_t index) const {
        const std::uint64_t* const keys = keys_.data() + fixed_keys + 2 * index;
        return Wide{block.first + keys[0]} * (block.second + keys[1]);
    }

    /// 17 to 128 bytes; the last block overlaps the one before.
    [[nodiscard]] Wide sum(const char* data, std::size_t size) const {
        Wide total = 0;
        std::size_t index = 0;
        for (; (index + 1) * block_size < size; ++index)
            total += product(load_block(data + index * block_size), index);
        return total + product(load_block(data + size - block_size), index);
    }

    [[nodiscard]] std::uint64_t finish(Wide total, std::size_t size) const {
        total += Wide{size} * keys_[4];
        return fold(
            Wide{static_cast<std::uint64_t>(total) ^ keys_[0]} *
            (static_cast<std::uint64_t>(total >> 64U) ^ keys_[1])
        );
    }

    [[nodiscard]] std::uint64_t long_text(std::string_view text) const;

    static constexpr std::size_t fixed_keys = 6;
    std::array<std::uint64_t, fixed_keys + 2 * stripe_blocks> keys_{};
};

} // namespace mqtt::topic
