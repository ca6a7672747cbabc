#include "tools/mqttd/app/open_listeners.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace mqttd {

namespace {

net::AddressFamily family_of(SocketDomain domain) {
    switch (domain) {
    case SocketDomain::ipv4:
        return net::AddressFamily::ipv4;
    case SocketDomain::ipv6:
        return net::AddressFamily::ipv6;
    case SocketDomain::any:
        break;
    }
    return net::AddressFamily::any;
}

net::ListenOptions options_for(const ListenerConfig& listener) {
    net::ListenOptions options;
    options.address = listener.address;
    options.port = listener.port;
    options.unix_path = listener.unix_path;
    options.bind_interface = listener.bind_interface;
    options.family = family_of(listener.socket_domain);
    return options;
}

bool has_ipv6_loopback() {
    const net::FileDescriptor probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    return probe && ::bind(probe.get(), generic, sizeof address) == 0;
}

/// The implicit listeners are both loopback addresses; a machine may have IPv4 only.
bool is_missing_loopback(const ListenerConfig& listener) {
    return listener.origin.empty() && listener.address == "::1" && !has_ipv6_loopback();
}

} // namespace

base::Result<OpenListeners, ConfigError>
open_listeners(const BrokerConfig& config, std::span<const std::size_t> places) {
    OpenListeners open;
    for (const std::size_t place : places) {
        const ListenerConfig& listener = config.listeners[place];
        if (is_missing_loopback(listener)) {
            open.skipped.emplace_back("::1: this machine has no IPv6");
            continue;
        }
        auto opened = net::open_listen_sockets(options_for(listener));
        if (!opened) {
            return error_at(listener.origin, opened.error().message, opened.error().hint);
        }
        std::move(opened->skipped.begin(), opened->skipped.end(), std::back_inserter(open.skipped));
        for (net::ListenSocket& socket : opened->sockets)
            open.sockets.push_back({std::move(socket), place});
    }
    return open;
}

void log_listeners(const OpenListeners& listeners, base::Log& log) {
    for (const std::string& skipped : listeners.skipped)
        log.write(base::LogLevel::notice, "not listening on " + skipped);
    for (const OpenListener& open : listeners.sockets)
        log.write(base::LogLevel::information, "listening on " + open.socket.text());
}

} // namespace mqttd
