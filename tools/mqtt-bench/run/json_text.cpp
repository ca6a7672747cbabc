#include "tools/mqtt-bench/run/json_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace bench {

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
            out += escape.data();
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string json_number(double value) {
    if (!std::isfinite(value)) return "null";
    std::array<char, 64> text{};
    const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
    const int length = std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.6g", value);
    return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

} // namespace bench
