// The name of this machine.
#pragma once

#include <string>

namespace mqttd {

/// As one level of a topic: characters that cannot be there are -. Never empty.
[[nodiscard]] std::string host_name();

} // namespace mqttd
