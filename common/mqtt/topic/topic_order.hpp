// The order of topics by levels: '/' sorts before every other character, so that a topic and all
// topics below it are neighbours. A pure function on valid topics, which hold no U+0000.
#pragma once

#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mqtt::topic {

[[nodiscard]] inline std::size_t common_prefix_size(std::string_view a, std::string_view b) {
    const std::size_t shorter = std::min(a.size(), b.size());
    std::size_t size = 0;
    if constexpr (std::endian::native == std::endian::little) {
        for (; size + sizeof(std::uint64_t) <= shorter; size += sizeof(std::uint64_t)) {
            std::uint64_t of_a = 0;
            std::uint64_t of_b = 0;
            std::memcpy(&of_a, a.data() + size, sizeof of_a);
            std::memcpy(&of_b, b.data() + size, sizeof of_b);
            if (of_a != of_b)
                return size + static_cast<unsigned>(std::countr_zero(of_a ^ of_b)) / 8;
        }
    }
    while (size < shorter && a[size] == b[size])
        ++size;
    return size;
}

[[nodiscard]] inline std::strong_ordering compare_topics(std::string_view a, std::string_view b) {
    const std::size_t common = common_prefix_size(a, b);
    if (common == a.size() || common == b.size()) return a.size() <=> b.size();
    const auto rank = [](char character) {
        return character == '/' ? 0U : static_cast<unsigned char>(character);
    };
    return rank(a[common]) <=> rank(b[common]);
}

} // namespace mqtt::topic
