#include "tools/mqttd/app/listener_change.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mqttd {

std::optional<ConfigError> ListenerChange::open() {
    const std::vector<std::size_t> suspended = in_the_way();
    if (!suspended.empty()) broker_.suspend_listeners(suspended);
    auto opened = open_listeners(plan_.config, plan_.to_open);
    if (opened) {
        opened_ = std::move(*opened);
        return std::nullopt;
    }
    take_back(suspended);
    return opened.error();
}

/// Those on a port that a new one wants: the kernel lets nobody listen on all addresses of a port
/// while somebody does on one of them.
std::vector<std::size_t> ListenerChange::in_the_way() const {
    const auto& listeners = plan_.config.listeners;
    std::vector<std::size_t> found;
    for (const std::size_t old : plan_.to_close) {
        const bool wanted =
            std::any_of(plan_.to_open.begin(), plan_.to_open.end(), [&](std::size_t fresh) {
                return listeners[fresh].port == listeners[old].port;
            });
        if (wanted && listeners[old].unix_path.empty()) found.push_back(old);
    }
    return found;
}

void ListenerChange::take_back(const std::vector<std::size_t>& suspended) {
    for (const std::string& taken : broker_.resume_listeners(suspended)) {
        log_.write(
            base::LogLevel::error,
            "cannot listen on " + taken + " any more: somebody else does since a moment; restart"
        );
    }
}

void ListenerChange::close_old() {
    for (const std::string& address : broker_.addresses_of(plan_.to_close))
        log_.write(base::LogLevel::information, "no longer listening on " + address);
    broker_.remove_listeners(plan_.to_close);
}

void ListenerChange::use_new() {
    log_listeners(opened_, log_);
    for (OpenListener& open : opened_.sockets)
        broker_.add_listener(std::move(open.socket), open.listener);
}

} // namespace mqttd
