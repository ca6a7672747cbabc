// How long to wait before a handler is tried again: twice as long each time, up to a bound. Pure,
// with randomness as an argument.
#pragma once

#include "common/base/entropy.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace mqtt_sub {

/// "500ms", "1s", "5m", "1h". Throws UsageError that begins with name.
[[nodiscard]] std::chrono::milliseconds duration(std::string_view name, std::string_view text);

class Backoff {
public:
    Backoff() = default;

    /// "1s..1m" or "1s..1m,jitter". Throws UsageError that begins with name.
    [[nodiscard]] static Backoff parse(std::string_view name, std::string_view text);

    /// After so many attempts that failed, from 1. With jitter, between half of it and all.
    [[nodiscard]] std::chrono::milliseconds
    after(std::uint32_t attempts, base::Entropy& entropy) const;

    [[nodiscard]] std::chrono::milliseconds longest() const { return longest_; }

private:
    std::chrono::milliseconds first_{1000};
    std::chrono::milliseconds longest_{60'000};
    bool jitter_ = false;
};

} // namespace mqtt_sub
