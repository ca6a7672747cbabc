// Comparison whose duration says nothing about where two secrets differ. Pure.
#pragma once

#include "common/base/bytes.hpp"

namespace crypto {

/// Texts of different sizes are told apart at once; the size of a digest is no secret.
[[nodiscard]] bool equal_in_constant_time(base::Bytes a, base::Bytes b);

} // namespace crypto
