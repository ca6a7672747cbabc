#include "tools/mqttd/auth/access_control.hpp"

#include <algorithm>

namespace mqttd {

const ListenerAccess& AccessControl::of(std::size_t listener) const {
    static const ListenerAccess open;
    return listener < listeners_.size() ? listeners_[listener] : open;
}

bool AccessControl::checks_logins() const {
    return std::any_of(listeners_.begin(), listeners_.end(), [](const ListenerAccess& listener) {
        return listener.logins != nullptr;
    });
}

} // namespace mqttd
