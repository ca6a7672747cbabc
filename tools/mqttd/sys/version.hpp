// The version of this build, in one place for --version, the first log line and
// $SYS/broker/version.
#pragma once

#include <string_view>

namespace mqttd {

/// "mqttd version X.Y.Z".
[[nodiscard]] std::string_view version_text();

} // namespace mqttd
