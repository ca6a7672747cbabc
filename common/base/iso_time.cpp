#include "common/base/iso_time.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace base {

std::string iso_time(WallTime time) {
    using namespace std::chrono;
    const auto whole = floor<seconds>(time);
    const auto thousandths = duration_cast<milliseconds>(time - whole).count();
    const std::time_t since_epoch = system_clock::to_time_t(whole);
    std::tm parts{};
    ::gmtime_r(&since_epoch, &parts);
    std::array<char, 40> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%FT%T", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(thousandths));
    return std::string(text.data(), size) + fraction.data();
}

} // namespace base
