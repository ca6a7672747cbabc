// Base64 of RFC 4648, section 4, both ways and strict: what decodes encodes to the same text. Pure.
#pragma once

#include "common/base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace crypto {

enum class Padding : unsigned char { with, without };

[[nodiscard]] std::string to_base64(base::Bytes bytes, Padding padding);

/// nullopt: a character that does not belong there, wrong padding, or bits that are left over.
[[nodiscard]] std::optional<base::ByteBuffer> from_base64(std::string_view text, Padding padding);

} // namespace crypto
