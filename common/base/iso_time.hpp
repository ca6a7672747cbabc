// A moment as text that any program can read. Pure.
#pragma once

#include "common/base/clock.hpp"

#include <string>

namespace base {

/// "2026-11-26T17:50:00.123Z": in UTC, with milliseconds. RFC 3339.
[[nodiscard]] std::string iso_time(WallTime time);

} // namespace base
