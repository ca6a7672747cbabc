#include "common/net/destination.hpp"

namespace net {

std::string to_text(const HostPort& address) {
    const bool is_ipv6 = address.host.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + address.host + "]" : address.host;
    return host + ":" + std::to_string(address.port);
}

std::string to_text(const Destination& destination) {
    if (!destination.unix_path.empty()) return destination.unix_path;
    if (destination.srv) return srv_name(destination);
    return to_text(HostPort{destination.host, destination.port});
}

std::string srv_name(const Destination& destination) {
    return (destination.tls ? "_secure-mqtt._tcp." : "_mqtt._tcp.") + destination.host;
}

} // namespace net
