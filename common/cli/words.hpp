// Times and numbers in messages of the tools.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

/// "2.5 s"
[[nodiscard]] inline std::string seconds_text(std::chrono::milliseconds time) {
    const std::string tenths = std::to_string((time.count() % 1000) / 100);
    return std::to_string(time.count() / 1000) + (tenths == "0" ? "" : "." + tenths) + " s";
}

/// "1 message", "3 messages"
[[nodiscard]] inline std::string counted(std::uint64_t count, std::string_view what = "message") {
    return std::to_string(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
}

} // namespace cli
