#include "common/base/escape.hpp"

#include "common/base/utf8.hpp"

namespace base {

namespace {

void append_hex(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += "\\x";
        out += "0123456789abcdef"[byte >> 4U];
        out += "0123456789abcdef"[byte & 0x0FU];
    }
}

bool is_printable(char32_t c) {
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return false;
    const bool bidirectional = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
                               c == 0x200E || c == 0x200F || c == 0x2028 || c == 0x2029;
    return !bidirectional;
}

} // namespace

std::string escaped(std::string_view text, std::size_t limit) {
    const bool cut = text.size() > limit;
    if (cut) text = text.substr(0, limit);
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Utf8Character next = decode_utf8(text);
        const std::string_view bytes = text.substr(0, next.size);
        if (!next.valid || !is_printable(next.code_point)) {
            append_hex(out, bytes);
        } else {
            if (next.code_point == U'\\') out += '\\';
            out += bytes;
        }
        text.remove_prefix(next.size);
    }
    if (cut) out += "…";
    return out;
}

std::string in_quotes(std::string_view text) {
    return '"' + escaped(text, 80) + '"';
}

} // namespace base
