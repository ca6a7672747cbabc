// Variable byte integers: seven bits a byte, the least significant first. [MQTT5 1.5.5]
#pragma once

#include <cstddef>
#include <cstdint>

namespace mqtt::codec {

/// 1..4; value at most 268435455.
[[nodiscard]] constexpr std::size_t variable_size(std::size_t value) {
    if (value < 0x80U) return 1;
    if (value < 0x4000U) return 2;
    if (value < 0x200000U) return 3;
    return 4;
}

/// Writes value at out, which has room for variable_size(value) bytes; returns the end of what was
/// written.
constexpr std::uint8_t* write_variable(std::uint8_t* out, std::size_t value) {
    while (value >= 0x80U) {
        *out++ = static_cast<std::uint8_t>((value & 0x7FU) | 0x80U);
        value >>= 7U;
    }
    *out++ = static_cast<std::uint8_t>(value);
    return out;
}

} // namespace mqtt::codec
