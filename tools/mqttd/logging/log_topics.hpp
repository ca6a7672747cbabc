// The topics of `log_dest topic`.
#pragma once

#include "common/base/log_level.hpp"

#include <string_view>

namespace mqttd {

/// "$SYS/broker/log/E" and so on. Empty: lines of this kind are never published, because publishing
/// them would make more of them.
[[nodiscard]] std::string_view log_topic(base::LogLevel level);

} // namespace mqttd
