#include "common/cli/options/finish_transport.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/password.hpp"
#include "common/cli/read_whole.hpp"
#include "common/crypto/private_key.hpp"
#include "common/crypto/tls/tls_context.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

namespace cli {

namespace {

using crypto::TlsContext;
using crypto::TlsProblem;
using crypto::TlsSetting;

constexpr std::uint16_t mqtt_port = 1883;
constexpr std::uint16_t mqtts_port = 8883;
constexpr std::uint16_t ws_port = 80;
constexpr std::uint16_t wss_port = 443;
constexpr std::size_t largest_key_file = std::size_t{1} << 20U;

std::string option_of(TlsSetting setting) {
    switch (setting) {
    case TlsSetting::certificate_file:
        return "--cert";
    case TlsSetting::key_file:
        return "--key";
    case TlsSetting::ca_path:
        return "--capath";
    case TlsSetting::ciphers:
        return "--ciphers";
    case TlsSetting::cipher_suites:
        return "--ciphers-tls1.3";
    case TlsSetting::psk_key:
        return "--psk";
    case TlsSetting::keylog_file:
        return "--tls-keylog";
    case TlsSetting::alpn:
        return "--tls-alpn";
    case TlsSetting::ca_file:
    case TlsSetting::crl_file: // and the others that only a server has
    case TlsSetting::psk_file:
    case TlsSetting::psk_hint:
        break;
    }
    return "--cafile";
}

bool is_of_a_file(const TlsProblem& problem) {
    switch (problem.setting) {
    case TlsSetting::ciphers:
    case TlsSetting::cipher_suites:
    case TlsSetting::psk_key:
    case TlsSetting::alpn:
        return false;
    default:
        return true;
    }
}

[[noreturn]] void refuse(const crypto::TlsProblems& problems) {
    std::string text;
    for (const TlsProblem& problem : problems)
        text += (text.empty() ? "" : "; ") + option_of(problem.setting) + " " + problem.message;
    const std::string& hint = problems.front().hint;
    if (std::any_of(problems.begin(), problems.end(), is_of_a_file))
        throw ToolError(ExitCode::local_error, text, hint);
    throw UsageError(text, hint);
}

bool is_address(const std::string& host) {
    in6_addr ignored{}; // large enough for both
    return ::inet_pton(AF_INET, host.c_str(), &ignored) == 1 || host.find(':') != std::string::npos;
}

[[noreturn]] void exclude(const std::string& one, const std::string& other, std::string hint = {}) {
    throw UsageError(one + " and " + other + " exclude each other", std::move(hint));
}

bool wants_tls(const TransportSettings& transport, const net::Destination& to) {
    if (transport.no_tls) {
        if (transport.url_asks_for_tls)
            throw UsageError("--no-tls contradicts a URL with mqtts:// or wss://");
        return false;
    }
    const bool by_port = transport.port == mqtts_port && to.unix_path.empty();
    return transport.url_asks_for_tls || !transport.tls_option.empty() || by_port;
}

void check_tls(const TransportSettings& transport) {
    const crypto::TlsClientSettings& tls = transport.tls;
    const bool has_key = !tls.psk_key.empty();
    if (has_key != !tls.psk_identity.empty())
        throw UsageError("--psk and --psk-identity belong together");
    if (has_key && !transport.certificate_option.empty()) {
        exclude(
            "--psk", transport.certificate_option, "a shared key takes the place of certificates"
        );
    }
    if (tls.key_pair.certificate_file.empty() != tls.key_pair.key_file.empty())
        throw UsageError("--cert and --key belong together");
    if (transport.key_pass_file && tls.key_pair.key_file.empty())
        throw UsageError("--key-pass-file needs --key");
}

void check_srv(const TransportSettings& transport, const net::Destination& to) {
    if (!transport.srv) {
        if (transport.srv_server) throw UsageError("--srv-server needs --srv");
        return;
    }
    if (!to.unix_path.empty()) exclude("--srv", "--unix");
    if (transport.proxy) exclude("--srv", "--proxy", "the proxy can only look up names of hosts");
    if (transport.port) exclude("--srv", "a port", "the record has the port");
    if (to.websocket) exclude("--srv", "WebSocket", "there is no SRV record for it");
    if (is_address(to.host)) {
        throw UsageError(
            "--srv needs the name of a domain (got " + base::in_quotes(to.host) + ")",
            "-h example.org finds the record _mqtt._tcp.example.org"
        );
    }
}

void check_unix(const TransportSettings& transport, const net::Destination& to, bool tls) {
    if (to.unix_path.empty()) return;
    if (transport.proxy) exclude("--unix", "--proxy");
    if (!tls) return;
    const std::string option = transport.tls_option.empty() ? "TLS" : transport.tls_option;
    exclude(
        "--unix", option, "a Unix socket does not leave this machine; --no-tls ignores TLS options"
    );
}

std::uint16_t usual_port(bool tls, bool websocket) {
    if (websocket) return tls ? wss_port : ws_port;
    return tls ? mqtts_port : mqtt_port;
}

void take_passphrase(ConnectionSettings& settings) {
    TransportSettings& transport = settings.transport;
    const std::string& file = transport.tls.key_pair.key_file;
    if (file.empty()) return;
    std::string text = read_file(file, largest_key_file, "the key");
    const bool encrypted = crypto::has_encrypted_key(text);
    crypto::wipe(text);
    if (!encrypted) return;
    std::string passphrase =
        transport.key_pass_file
            ? read_password(*transport.key_pass_file)
            : ask_password(
                  "Pass phrase of the key " + base::escaped(file) + ": ",
                  "the key " + base::in_quotes(file) + " is encrypted; use --key-pass-file FILE"
              );
    transport.tls.key_passphrase = crypto::SecretString(std::move(passphrase));
}

std::shared_ptr<const TlsContext> make_context(ConnectionSettings& settings) {
    TransportSettings& transport = settings.transport;
    if (transport.key_pass_file == "-" && (settings.reads_stdin || settings.password_file == "-"))
        throw UsageError("--key-pass-file - is not the only one to read standard input");
    take_passphrase(settings);
    crypto::TlsClientSettings& tls = transport.tls;
    if (tls.ca_file.empty() && tls.ca_path.empty()) tls.system_cas = true;
    TlsContext::Result context = TlsContext::for_client(tls);
    if (!context) refuse(context.error());
    return *std::move(context);
}

} // namespace

void finish_transport(ConnectionSettings& settings, net::Destination& to) {
    const TransportSettings& transport = settings.transport;
    const bool tls = wants_tls(transport, to);
    const bool websocket = transport.websocket || transport.url_asks_for_websocket;
    if (!websocket && !transport.websocket_option.empty())
        throw UsageError(transport.websocket_option + " needs --ws, or a URL with ws:// or wss://");
    if (tls) check_tls(transport);
    to.port = transport.port.value_or(usual_port(tls, websocket));
    if (websocket) to.websocket = transport.websocket_target;
    to.proxy = transport.proxy;
    check_unix(transport, to, tls);
    check_srv(transport, to);
    if (transport.srv) to.srv = net::SrvSource{transport.srv_server};
    if (tls) to.tls = make_context(settings);
}

} // namespace cli
