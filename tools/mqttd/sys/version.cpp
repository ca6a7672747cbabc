#include "tools/mqttd/sys/version.hpp"

namespace mqttd {

std::string_view version_text() {
    return "mqttd version " MIDGE_VERSION;
}

} // namespace mqttd
