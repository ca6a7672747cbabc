#include "tools/mqttd/logging/log_line.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

void append_hex(std::string& text, char c) {
    static constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    text += "\\x";
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

} // namespace

std::string_view level_prefix(base::LogLevel level) {
    switch (level) {
    case base::LogLevel::error:
        return "error: ";
    case base::LogLevel::warning:
        return "warning: ";
    default:
        return {};
    }
}

std::string one_line(std::string text, std::size_t limit) {
    if (text.size() > limit) {
        std::size_t end = limit;
        while (end > 0 && continues_character(text[end]))
            --end;
        text.resize(end);
        text += "…";
    }
    if (std::none_of(text.begin(), text.end(), is_control)) return text;
    std::string safe;
    safe.reserve(text.size() + 16);
    for (const char c : text) {
        if (is_control(c)) {
            append_hex(safe, c);
        } else {
            safe += c;
        }
    }
    return safe;
}

TimestampFormat::TimestampFormat(bool shown, std::string format)
    : shown_(shown), format_(std::move(format)) {}

std::string_view TimestampFormat::prefix(base::WallTime when) {
    if (!shown_) return {};
    const std::time_t second = std::chrono::system_clock::to_time_t(when);
    if (second == second_) return text_;
    second_ = second;
    if (format_.empty()) {
        text_ = std::to_string(second);
    } else {
        std::tm local{};
        ::localtime_r(&second, &local);
        char text[256];
        text_.assign(text, std::strftime(text, sizeof text, format_.c_str(), &local));
    }
    text_ += ": ";
    return text_;
}

} // namespace mqttd
