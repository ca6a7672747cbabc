#include "tools/mqtt-sysmon/numbers.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace mqtt_sysmon {

namespace {

std::string with_decimals(double value, int decimals) {
    std::array<char, 400> text{}; // the longest double has 309 digits before the point
    const int size = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string without_zeros(std::string text) {
    if (text.find('.') == std::string::npos) return text;
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

/// Three digits that matter.
std::string scaled(double value, double step, std::string_view units) {
    std::size_t unit = 0;
    constexpr double next = 999.5;
    while (std::abs(value) >= next && unit + 1 < units.size()) {
        value /= step;
        ++unit;
    }
    const double size = std::abs(value);
    const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    std::string text = without_zeros(with_decimals(value, decimals));
    if (units[unit] != ' ') text += units[unit];
    return text;
}

} // namespace

std::string plain_number(double value) {
    constexpr int decimals = 3;
    return without_zeros(with_decimals(value, decimals));
}

std::string short_number(double value) {
    constexpr double thousand = 1000;
    return scaled(value, thousand, " kMGTPE");
}

std::string short_bytes(double value) {
    constexpr double step = 1024;
    std::string text = scaled(value, step, " KMGTPE");
    const char unit = text.back();
    if (unit >= '0' && unit <= '9') return text + " B";
    text.pop_back();
    return text + " " + unit + "iB";
}

} // namespace mqtt_sysmon
