// What depends on the whole file: which listeners there are, who may be anonymous, what listeners
// inherit, what clashes.
#include "tools/mqttd/config/config_draft.hpp"
#include "tools/mqttd/config/value.hpp"

#include <utility>

namespace mqttd {

namespace {

void inherit(const ConfigDraft& draft, ListenerDraft& listener) {
    if (!listener.auto_id_prefix_set && draft.auto_id_prefix) {
        listener.config.auto_id_prefix = *draft.auto_id_prefix;
    }
    if (!listener.zero_length_set && draft.allow_zero_length_clientid) {
        listener.config.allow_zero_length_clientid = *draft.allow_zero_length_clientid;
    }
    if (listener.config.password_file.empty()) listener.config.password_file = draft.password_file;
    if (listener.config.acl_file.empty()) listener.config.acl_file = draft.acl_file;
    if (listener.config.tls.psk_file.empty()) listener.config.tls.psk_file = draft.psk_file;
}

/// Listener options before the first listener line open the default listener, as in mosquitto.
void open_default_listener(ConfigDraft& draft) {
    ListenerDraft& listener = draft.default_listener;
    const bool configured = !listener.first_option.empty();
    if (!draft.default_opened && (!configured || draft.listeners.empty())) return;
    if (!draft.default_opened) {
        listener.config.origin = listener.first_option;
        draft.warnings.push_back(error_at(
            listener.first_option,
            listener.first_name +
                " stands before the first listener, so port 1883 is opened as well",
            "move it below the listener it is meant for"
        ));
    }
    draft.config.listeners.push_back(listener.config);
}

void add_loopback(ConfigDraft& draft) {
    draft.config.local_only = true;
    for (const char* address : {"127.0.0.1", "::1"}) {
        ListenerConfig listener = draft.default_listener.config;
        listener.address = address;
        const SocketDomain domain =
            listener.address == "::1" ? SocketDomain::ipv6 : SocketDomain::ipv4;
        if (listener.socket_domain != SocketDomain::any && listener.socket_domain != domain)
            continue;
        draft.config.listeners.push_back(std::move(listener));
    }
}

bool same_endpoint(const ListenerConfig& a, const ListenerConfig& b) {
    return a.port == b.port && a.address == b.address && a.unix_path == b.unix_path &&
           a.bind_interface == b.bind_interface && a.socket_domain == b.socket_domain;
}

void find_clashes(ConfigDraft& draft) {
    const auto& listeners = draft.config.listeners;
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (!same_endpoint(listeners[i], listeners[j])) continue;
            draft.errors.push_back(error_at(
                listeners[i].origin,
                "this listener is the same as another one",
                "the other one is at " + listeners[j].origin
            ));
            break;
        }
    }
}

/// Options that cannot be used with a Unix socket, or together.
void check_combinations(ConfigDraft& draft) {
    for (const ListenerConfig& listener : draft.config.listeners) {
        const bool tcp_only =
            !listener.bind_interface.empty() || listener.socket_domain != SocketDomain::any;
        if (listener.unix_path.empty() || !tcp_only) continue;
        draft.errors.push_back(error_at(
            listener.origin, "bind_interface and socket_domain have no meaning for a Unix socket"
        ));
    }
}

} // namespace

void finish(ConfigDraft& draft) {
    inherit(draft, draft.default_listener);
    open_default_listener(draft);
    for (ListenerDraft& listener : draft.listeners) {
        inherit(draft, listener);
        if (listener.usable) draft.config.listeners.push_back(listener.config);
    }
    const bool none = !draft.default_opened && draft.listeners.empty();
    if (none) add_loopback(draft);
    draft.config.allow_anonymous = draft.allow_anonymous.value_or(none);
    find_clashes(draft);
    check_combinations(draft);
}

} // namespace mqttd
