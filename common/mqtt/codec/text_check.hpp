// Is a text of the wire legal? Most are short ASCII, so that is decided eight bytes at a time and
// inline; only the rest is decoded character by character. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
#pragma once

#include "common/base/utf8.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace mqtt::codec {

namespace detail {

inline constexpr std::uint64_t ones = 0x0101010101010101U;
inline constexpr std::uint64_t high_bits = 0x8080808080808080U;

/// High bits are set when some byte is 0 or above 0x7F. (A borrow only starts at a byte that is 0.)
constexpr std::uint64_t not_plain(std::uint64_t word) {
    return ((word - ones) | word) & high_bits;
}

/// High bits are set when some byte is this one; only for words of ASCII.
constexpr std::uint64_t has_byte(std::uint64_t word, std::uint8_t byte) {
    return ((word ^ (ones * byte)) - ones) & high_bits;
}

constexpr std::uint64_t not_plain_topic(std::uint64_t word) {
    return not_plain(word) | has_byte(word, '+') | has_byte(word, '#');
}

inline std::uint64_t load_word(const char* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// Up to seven bytes, each at least once, and 'a' in what is left of the word.
inline std::uint64_t load_short(std::string_view text) {
    const char* const data = text.data();
    const std::size_t size = text.size();
    if (size >= 4) {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::memcpy(&first, data, sizeof first);
        std::memcpy(&last, data + size - sizeof last, sizeof last);
        return std::uint64_t{first} << 32U | last;
    }
    std::uint64_t word = ones * 'a';
    for (const char character : text)
        word = word << 8U | static_cast<std::uint8_t>(character);
    return word;
}

/// Eight bytes at a time; the last word overlaps the one before rather than being put together.
template <std::uint64_t (*Suspicion)(std::uint64_t)>
bool is_free_of(std::string_view text) {
    const std::size_t size = text.size();
    if (size < 8) return Suspicion(load_short(text)) == 0;
    const char* const data = text.data();
    std::uint64_t suspicion = Suspicion(load_word(data + size - 8));
    for (std::size_t at = 0; at + 8 < size; at += 8)
        suspicion |= Suspicion(load_word(data + at));
    return suspicion == 0;
}

} // namespace detail

/// Only U+0001 to U+007F: legal without a closer look.
[[nodiscard]] inline bool is_plain(std::string_view text) {
    return detail::is_free_of<detail::not_plain>(text);
}

/// Plain and without '+' and '#': a legal topic name if it is not empty.
[[nodiscard]] inline bool is_plain_topic(std::string_view text) {
    return detail::is_free_of<detail::not_plain_topic>(text);
}

[[nodiscard]] inline bool has_wildcard_character(std::string_view text) {
    return text.find_first_of("+#") != std::string_view::npos;
}

} // namespace mqtt::codec
