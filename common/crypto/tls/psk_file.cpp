#include "common/crypto/tls/psk_file.hpp"

#include "common/base/escape.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace crypto {

namespace {

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string at_line(std::size_t line, const std::string& what) {
    return "line " + std::to_string(line) + ": " + what;
}

} // namespace

std::optional<base::ByteBuffer> parse_psk(std::string_view hex) {
    if (hex.empty() || hex.size() > longest_psk * 2) return std::nullopt;
    base::ByteBuffer key;
    // As mosquitto reads it: an odd number of digits has a leading zero.
    int high = hex.size() % 2 == 0 ? -1 : 0;
    for (const char c : hex) {
        const int digit = digit_of(c);
        if (digit < 0) return std::nullopt;
        if (high < 0) {
            high = digit;
        } else {
            key.push_back(static_cast<std::uint8_t>(high * 16 + digit));
            high = -1;
        }
    }
    return key;
}

base::Result<PskKeys, std::string> parse_psk_file(std::string_view text) {
    PskKeys keys;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.remove_suffix(1);
        if (line.empty() || line.front() == '#') continue;
        const std::size_t colon = line.find(':');
        if (colon == 0 || colon == std::string_view::npos) {
            return at_line(number, "a line has the form IDENTITY:KEY");
        }
        auto key = parse_psk(line.substr(colon + 1));
        if (!key) return at_line(number, "the key has to be 1 to 256 bytes in hexadecimal");
        const std::string identity(line.substr(0, colon));
        if (!keys.emplace(identity, std::move(*key)).second) {
            return at_line(
                number, "the identity " + base::in_quotes(identity) + " is there already"
            );
        }
    }
    if (keys.empty()) return std::string("no keys in it");
    return keys;
}

} // namespace crypto
