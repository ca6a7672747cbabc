// The checks of listeners: whether their addresses exist, and whether two of them want the same
// one.
#include "common/base/escape.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace mqttd {

namespace {

/// A listener with the addresses it would be bound to; all of IPv4 is "0.0.0.0", of IPv6 "::".
struct Endpoint {
    const ListenerConfig* listener = nullptr;
    std::vector<std::string> addresses;
};

bool is_ipv6(const std::string& address) {
    return address.find(':') != std::string::npos;
}

bool is_every_address(const std::string& address) {
    return address == "0.0.0.0" || address == "::";
}

/// The kernel refuses the second of them.
bool same_address(const std::string& a, const std::string& b) {
    if (a == b) return true;
    return is_ipv6(a) == is_ipv6(b) && (is_every_address(a) || is_every_address(b));
}

/// A socket without interface takes what comes in through any.
bool on_other_interfaces(const ListenerConfig& a, const ListenerConfig& b) {
    return !a.bind_interface.empty() && !b.bind_interface.empty() &&
           a.bind_interface != b.bind_interface;
}

bool overlap(const Endpoint& a, const Endpoint& b) {
    if (a.listener->port != b.listener->port) return false;
    if (on_other_interfaces(*a.listener, *b.listener)) return false;
    return std::any_of(a.addresses.begin(), a.addresses.end(), [&](const std::string& one) {
        return std::any_of(b.addresses.begin(), b.addresses.end(), [&](const std::string& other) {
            return same_address(one, other);
        });
    });
}

/// The parser has reported these.
bool written_alike(const ListenerConfig& a, const ListenerConfig& b) {
    return a.address == b.address && a.socket_domain == b.socket_domain &&
           a.bind_interface == b.bind_interface;
}

std::vector<std::string>
addresses_of(ConfigFindings& findings, const ListenerConfig& listener, const Machine& machine) {
    if (listener.address.empty()) {
        std::vector<std::string> all;
        if (listener.socket_domain != SocketDomain::ipv6) all.emplace_back("0.0.0.0");
        if (listener.socket_domain != SocketDomain::ipv4) all.emplace_back("::");
        return all;
    }
    auto found = machine.addresses(listener.address, listener.socket_domain);
    if (found) return *found;
    const bool restricted = listener.socket_domain != SocketDomain::any;
    findings.errors.push_back(error_at(
        listener.origin,
        "the address " + base::in_quotes(listener.address) +
            " cannot be found: " + found.error().message,
        restricted ? "socket_domain allows one kind of addresses only" : ""
    ));
    return {};
}

void check_unix_socket(
    ConfigFindings& findings, const ListenerConfig& listener, const Machine& machine
) {
    const auto problem = machine.cannot_bind(listener.unix_path);
    if (!problem) return;
    findings.errors.push_back(error_at(
        listener.origin,
        "no Unix socket can be made at " + base::in_quotes(listener.unix_path) + ": " +
            problem->message
    ));
}

void check_interface(
    ConfigFindings& findings, const ListenerConfig& listener, const Machine& machine
) {
    if (listener.bind_interface.empty() || machine.interface_exists(listener.bind_interface)) {
        return;
    }
    findings.errors.push_back(error_at(
        origin_of(listener, "bind_interface"),
        "there is no network interface " + base::in_quotes(listener.bind_interface)
    ));
}

void check_overlap(ConfigFindings& findings, const Endpoint& later, const Endpoint& earlier) {
    if (!overlap(later, earlier) || written_alike(*later.listener, *earlier.listener)) return;
    findings.errors.push_back(error_at(
        later.listener->origin,
        name_of(*later.listener) + " wants an address and port that " + name_of(*earlier.listener) +
            " has already",
        "the other one is at " + earlier.listener->origin
    ));
}

} // namespace

void check_listeners(ConfigFindings& findings, const BrokerConfig& config, const Machine& machine) {
    std::vector<Endpoint> seen;
    for (const ListenerConfig& listener : config.listeners) {
        check_interface(findings, listener, machine);
        if (!listener.unix_path.empty()) {
            check_unix_socket(findings, listener, machine);
        } else if (!listener.origin.empty()) { // the implicit ones need no look
            Endpoint endpoint{&listener, addresses_of(findings, listener, machine)};
            for (const Endpoint& earlier : seen)
                check_overlap(findings, endpoint, earlier);
            seen.push_back(std::move(endpoint));
        }
    }
}

} // namespace mqttd
