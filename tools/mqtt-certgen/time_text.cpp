#include "tools/mqtt-certgen/time_text.hpp"

#include <array>
#include <ctime>

namespace mqtt_certgen {

namespace {

constexpr const char* format = "%Y-%m-%dT%H:%M:%SZ";

std::string formatted(crypto::CertificateTime time, const char* as) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm fields{};
    std::array<char, 64> text{};
    if (::gmtime_r(&seconds, &fields) == nullptr) return "?";
    return {text.data(), std::strftime(text.data(), text.size(), as, &fields)};
}

} // namespace

std::string to_text(crypto::CertificateTime time) {
    return formatted(time, format);
}

std::string day_text(crypto::CertificateTime time) {
    return formatted(time, "%Y-%m-%d");
}

std::optional<crypto::CertificateTime> time_of(std::string_view text) {
    const std::string copy(text);
    std::tm fields{};
    const char* const end = ::strptime(copy.c_str(), format, &fields);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return crypto::CertificateTime(std::chrono::seconds(::timegm(&fields)));
}

std::string distance_text(crypto::CertificateTime time, crypto::CertificateTime now) {
    const auto days = std::chrono::duration_cast<std::chrono::days>(time - now).count();
    if (days == 0) return "today";
    const std::string count = std::to_string(days < 0 ? -days : days);
    const std::string unit = days == 1 || days == -1 ? " day" : " days";
    return days < 0 ? count + unit + " ago" : "in " + count + unit;
}

} // namespace mqtt_certgen
