// The checks of TLS and WebSocket options that need no file: what is missing, what excludes what,
// what has no effect.
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

class TransportChecks {
public:
    TransportChecks(ConfigFindings& findings, const ListenerConfig& listener)
        : findings_(findings), listener_(listener), tls_(listener.tls) {}

    void check_key_pairs();
    void check_shared_keys();
    void check_clients();
    void check_effects();

private:
    [[nodiscard]] bool has_certificate() const { return !tls_.certificate_files.empty(); }

    [[nodiscard]] bool was_set(std::string_view option) const {
        return listener_.origins.contains(std::string(option));
    }

    void error(std::string_view option, std::string message, std::string hint = {}) {
        findings_.errors.push_back(
            error_at(origin_of(listener_, option), std::move(message), std::move(hint))
        );
    }

    void warn(std::string_view option, std::string message, std::string hint = {}) {
        findings_.warnings.push_back(
            error_at(origin_of(listener_, option), std::move(message), std::move(hint))
        );
    }

    ConfigFindings& findings_;
    const ListenerConfig& listener_;
    const ListenerTls& tls_;
};

void TransportChecks::check_key_pairs() {
    const std::size_t certificates = tls_.certificate_files.size();
    const std::size_t keys = tls_.key_files.size();
    if (certificates > keys) {
        error(
            "certfile",
            name_of(listener_) + " has a certfile without keyfile",
            "each certfile needs the keyfile of its private key"
        );
    } else if (keys > certificates) {
        error("keyfile", name_of(listener_) + " has a keyfile without certfile");
    }
}

void TransportChecks::check_shared_keys() {
    if (!tls_.psk_hint) return;
    if (has_certificate()) {
        error(
            "psk_hint",
            name_of(listener_) + " has both psk_hint and certfile",
            "a listener works with shared keys or with certificates; make two of it"
        );
    } else if (tls_.psk_file.empty()) {
        error("psk_hint", name_of(listener_) + " has a psk_hint, and there is no psk_file");
    }
}

void TransportChecks::check_clients() {
    if (!has_certificate() && !tls_.psk_hint) {
        for (const std::string_view option : {"cafile", "capath", "require_certificate"}) {
            const bool is_off = option == "require_certificate" && !tls_.require_certificate;
            if (!was_set(option) || is_off) continue;
            error(
                option,
                std::string(option) + " has no meaning for " + name_of(listener_) +
                    ": it has no certfile",
                "with certfile and keyfile it speaks TLS"
            );
        }
        return;
    }
    if (tls_.require_certificate && tls_.ca_file.empty() && tls_.ca_path.empty()) {
        error(
            "require_certificate",
            "require_certificate needs cafile or capath: which CA may sign certificates of clients"
        );
    }
    for (const std::string_view option : {"use_identity_as_username", "use_subject_as_username"}) {
        const bool is_on = option.find("identity") != std::string_view::npos
                               ? tls_.identity_as_username
                               : tls_.subject_as_username;
        const bool has_identity = tls_.require_certificate || tls_.psk_hint;
        if (!is_on || has_identity) continue;
        error(
            option,
            "no client can connect to " + name_of(listener_) + ": " + std::string(option) +
                " is true and clients are not asked for a certificate",
            "add require_certificate true and cafile"
        );
    }
}

void TransportChecks::check_effects() {
    const auto has_no_effect = [this](std::string_view option, const std::string& without) {
        if (!was_set(option)) return;
        warn(option, std::string(option) + " has no effect without " + without);
    };
    if (!has_certificate() && !tls_.psk_hint) {
        for (const std::string_view option :
             {"crlfile", "ciphers", "ciphers_tls1.3", "tls_version", "tls_keylog"}) {
            has_no_effect(option, "certfile");
        }
    } else if (!tls_.require_certificate) {
        has_no_effect("crlfile", "require_certificate");
    }
    if (listener_.proxy_requires_tls && listener_.proxy_protocol != ProxyProtocol::v2) {
        error(
            "proxy_protocol_v2_require_tls",
            "proxy_protocol_v2_require_tls needs enable_proxy_protocol 2: nothing else tells "
            "whether the client has used TLS"
        );
    }
    if (!tls_.keylog_file.empty()) {
        warn("tls_keylog", "tls_keylog is set: who can read the file can read all traffic");
    }
    if (!listener_.websockets) {
        has_no_effect("websockets_origin", "protocol websockets");
        has_no_effect("websockets_ping_interval", "protocol websockets");
        if (listener_.proxy_protocol == ProxyProtocol::off) {
            has_no_effect("trusted_proxy", "protocol websockets or enable_proxy_protocol");
        }
    }
}

} // namespace

void check_transports(ConfigFindings& findings, const BrokerConfig& config) {
    for (const ListenerConfig& listener : config.listeners) {
        TransportChecks checks(findings, listener);
        checks.check_key_pairs();
        checks.check_shared_keys();
        checks.check_clients();
        checks.check_effects();
    }
    const bool has_keys =
        std::any_of(config.listeners.begin(), config.listeners.end(), [](const auto& listener) {
            return listener.tls.psk_hint.has_value();
        });
    const std::string psk_file = origin_of(config, "psk_file");
    if (has_keys || psk_file.empty()) return;
    findings.warnings.push_back(
        error_at(psk_file, "psk_file has no effect: no listener has a psk_hint")
    );
}

} // namespace mqttd
