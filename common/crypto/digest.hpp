// SHA-256. Pure.
#pragma once

#include "common/base/bytes.hpp"

#include <array>
#include <cstdint>

namespace crypto {

[[nodiscard]] std::array<std::uint8_t, 32> sha256(base::Bytes bytes);

} // namespace crypto
