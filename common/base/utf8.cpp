#include "common/base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace base {

namespace {

struct Lead {
    std::size_t size;
    char32_t bits;
    char32_t minimum; ///< smaller would be an overlong form
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80) return {1, byte, 0};
    if (byte >= 0xC2 && byte <= 0xDF) return {2, byte & 0x1FU, 0x80};
    if (byte >= 0xE0 && byte <= 0xEF) return {3, byte & 0x0FU, 0x800};
    if (byte >= 0xF0 && byte <= 0xF4) return {4, byte & 0x07U, 0x10000};
    return {0, 0, 0};
}

} // namespace

Utf8Character decode_utf8(std::string_view text) {
    const Utf8Character invalid{.code_point = 0, .size = 1, .valid = false};
    const Lead lead = lead_of(static_cast<unsigned char>(text.front()));
    if (lead.size == 0 || lead.size > text.size()) return invalid;
    char32_t code_point = lead.bits;
    for (std::size_t i = 1; i < lead.size; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80U) return invalid;
        code_point = (code_point << 6U) | (byte & 0x3FU);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < lead.minimum || code_point > 0x10FFFF || surrogate) return invalid;
    return {.code_point = code_point, .size = lead.size, .valid = true};
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        // Eight ASCII bytes at a time: topics are nearly always ASCII.
        while (text.size() >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), 8);
            if ((word & 0x8080808080808080U) != 0) break;
            text.remove_prefix(8);
        }
        if (text.empty()) break;
        const Utf8Character next = decode_utf8(text);
        if (!next.valid) return false;
        text.remove_prefix(next.size);
    }
    return true;
}

} // namespace base
