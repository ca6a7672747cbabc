// Keys that two sides of TLS share instead of certificates: the file with one "identity:key" a
// line, the key in hexadecimal. Read once; nothing is kept but the result. [mosquitto.conf
// psk_file]
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace crypto {

/// Longest key that OpenSSL takes, in bytes.
inline constexpr std::size_t longest_psk = 256;

using PskKeys = std::map<std::string, base::ByteBuffer, std::less<>>;

/// nullopt: no hexadecimal number of 1 to longest_psk bytes.
[[nodiscard]] std::optional<base::ByteBuffer> parse_psk(std::string_view hex);

/// The error is "line 3: …".
[[nodiscard]] base::Result<PskKeys, std::string> parse_psk_file(std::string_view text);

} // namespace crypto
