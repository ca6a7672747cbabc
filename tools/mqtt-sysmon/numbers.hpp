// Numbers as text. Pure.
#pragma once

#include <string>

namespace mqtt_sysmon {

/// "17", "3.25": without an exponent, at most three decimals, none at the end that is 0.
[[nodiscard]] std::string plain_number(double value);

/// At most 6 characters: "17", "3.25", "12.3k", "4.56M".
[[nodiscard]] std::string short_number(double value);

/// At most 8 characters: "17 B", "12.3 KiB".
[[nodiscard]] std::string short_bytes(double value);

} // namespace mqtt_sysmon
