#include "tools/mqttd/config/load_certificates.hpp"

#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace mqttd {

namespace {

std::string_view option_of(crypto::TlsSetting setting) {
    switch (setting) {
    case crypto::TlsSetting::certificate_file:
        return "certfile";
    case crypto::TlsSetting::key_file:
        return "keyfile";
    case crypto::TlsSetting::ca_file:
        return "cafile";
    case crypto::TlsSetting::ca_path:
        return "capath";
    case crypto::TlsSetting::crl_file:
        return "crlfile";
    case crypto::TlsSetting::ciphers:
        return "ciphers";
    case crypto::TlsSetting::cipher_suites:
        return "ciphers_tls1.3";
    case crypto::TlsSetting::psk_hint:
        return "psk_hint";
    case crypto::TlsSetting::keylog_file:
        return "tls_keylog";
    case crypto::TlsSetting::psk_file:
    case crypto::TlsSetting::psk_key:
    case crypto::TlsSetting::alpn:
        break;
    }
    return "psk_file";
}

crypto::TlsServerSettings settings_of(const ListenerTls& tls) {
    crypto::TlsServerSettings settings;
    const std::size_t pairs = std::min(tls.certificate_files.size(), tls.key_files.size());
    for (std::size_t i = 0; i < pairs; ++i)
        settings.key_pairs.push_back({tls.certificate_files[i], tls.key_files[i]});
    settings.ca_file = tls.ca_file;
    settings.ca_path = tls.ca_path;
    settings.crl_file = tls.crl_file;
    settings.ciphers = tls.ciphers;
    settings.cipher_suites = tls.cipher_suites;
    settings.minimum =
        tls.minimum == TlsMinimum::tls_1_3 ? crypto::TlsVersion::v1_3 : crypto::TlsVersion::v1_2;
    settings.require_certificate = tls.require_certificate;
    settings.check_client_dates = !tls.ignores_client_dates;
    if (tls.psk_hint) {
        settings.psk_file = tls.psk_file;
        settings.psk_hint = *tls.psk_hint;
    }
    settings.keylog_file = tls.keylog_file;
    return settings;
}

class Loading {
public:
    explicit Loading(const BrokerConfig& config) : config_(config) {}

    [[nodiscard]] ConfigError
    located(const ListenerConfig& listener, const crypto::TlsProblem& problem) const {
        const std::string_view option = option_of(problem.setting);
        auto own = listener.origins.find(std::string(option) + ' ' + std::to_string(problem.index));
        if (own == listener.origins.end()) own = listener.origins.find(std::string(option));
        std::string origin =
            own == listener.origins.end() ? origin_of(config_, option) : own->second;
        if (origin.empty()) origin = listener.origin;
        return error_at(origin, std::string(option) + ' ' + problem.message, problem.hint);
    }

private:
    const BrokerConfig& config_;
};

} // namespace

void load_certificates(BrokerConfig& config, ConfigErrors& errors, ConfigErrors& warnings) {
    const Loading loading(config);
    for (ListenerConfig& listener : config.listeners) {
        const crypto::TlsServerSettings settings = settings_of(listener.tls);
        if (listener.closed || (settings.key_pairs.empty() && settings.psk_file.empty())) {
            listener.tls.context = nullptr;
            continue;
        }
        auto context = crypto::TlsContext::for_server(settings);
        if (!context) {
            for (const crypto::TlsProblem& problem : context.error())
                errors.push_back(loading.located(listener, problem));
            continue;
        }
        for (const crypto::TlsProblem& problem : (*context)->warnings())
            warnings.push_back(loading.located(listener, problem));
        listener.tls.context = std::move(*context);
    }
}

} // namespace mqttd
