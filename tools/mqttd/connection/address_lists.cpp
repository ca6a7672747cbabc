#include "tools/mqttd/connection/address_lists.hpp"

namespace mqttd {

std::string_view why_not_from(const ListenerConfig& listener, const std::string& address) {
    if (net::is_in(listener.deny_from, address)) return "its address is in deny_from";
    if (listener.allow_from.empty() || net::is_in(listener.allow_from, address)) return {};
    return "its address is not in allow_from";
}

bool has_proxies(const ListenerConfig& listener) {
    return listener.proxy_protocol != ProxyProtocol::off || !listener.trusted_proxies.empty();
}

} // namespace mqttd
