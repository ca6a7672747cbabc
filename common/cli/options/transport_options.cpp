// The group of connection_options.hpp that says what lies between the socket and MQTT.
#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/connection_options.hpp"
#include "common/cli/options/http_field.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/proxy_url.hpp"
#include "common/cli/options/url_parts.hpp"
#include "common/crypto/tls/psk_file.hpp"

#include <arpa/inet.h>

#include <utility>

namespace cli {

namespace {

using Name = std::string_view;
using Text = std::string_view;

constexpr std::size_t longest_alpn = 255;
constexpr std::size_t longest_identity = 127; ///< what OpenSSL takes with a zero at the end
constexpr std::uint16_t dns_port = 53;

void set_version(TransportSettings& transport, Name name, Text value) {
    transport.tls.minimum = choice(name, value, "tlsv1.2|tlsv1.3") == 0 ? crypto::TlsVersion::v1_2
                                                                        : crypto::TlsVersion::v1_3;
}

void set_text(std::string& to, std::size_t longest, Name name, Text value) {
    if (value.empty() || value.size() > longest) {
        throw UsageError(
            std::string(name) + " must have 1 to " + std::to_string(longest) + " bytes (got " +
            std::to_string(value.size()) + ")"
        );
    }
    to = value;
}

/// The value is a secret, and is not shown.
void set_shared_key(TransportSettings& transport, Name name, Text value) {
    if (!crypto::parse_psk(value)) {
        throw UsageError(
            std::string(name) + " must be 1 to 256 bytes in hexadecimal",
            "two digits for each byte, without 0x: 00ff27"
        );
    }
    transport.tls.psk_key = value;
}

void refuse_engine(Name name, Text /*value*/) {
    throw UsageError(
        std::string(name) + ": OpenSSL engines are not supported",
        "OpenSSL 3 has given them up; give the key as a PEM file with --key"
    );
}

void set_key_form(Name name, Text value) {
    if (choice(name, value, "pem|engine") == 1) refuse_engine(std::string(name) + " engine", value);
}

void set_path(TransportSettings& transport, Name name, Text value) {
    check_request_path(name, value);
    transport.websocket_target.path = value;
}

void set_srv_server(TransportSettings& transport, Name name, Text value) {
    const UrlAuthority server = parse_authority({name, "ADDRESS[:PORT]"}, value);
    in_addr ignored{};
    if (server.user_name || ::inet_pton(AF_INET, server.host.c_str(), &ignored) != 1) {
        throw UsageError(
            std::string(name) + " must be an IPv4 address, with :PORT or without (got " +
            base::in_quotes(value) + ")"
        );
    }
    transport.srv_server = net::HostPort{server.host, server.port.value_or(dns_port)};
}

/// An option of TLS turns it on.
void use_tls(TransportSettings& transport, Name name) {
    transport.tls_option = name;
}

/// The same; it has no place beside a shared key.
void use_certificates(TransportSettings& transport, Name name) {
    transport.tls_option = name;
    transport.certificate_option = name;
}

std::vector<Option> certificate_options(TransportSettings& t) {
    crypto::TlsClientSettings& c = t.tls;
    // clang-format off
    return {
        {.name = "cafile", .value = "FILE", .help = "TLS; trust the certificates in FILE (PEM)", .shown = Shown::in_help,
         .apply = [&t, &c](Name n, Text v) { use_certificates(t, n); c.ca_file = v; }},
        {.name = "capath", .value = "DIR", .help = "TLS; trust the certificates in DIR, which openssl rehash has prepared",
         .apply = [&t, &c](Name n, Text v) { use_certificates(t, n); c.ca_path = v; }},
        {.name = "tls-use-os-certs", .help = "TLS; trust the certificates of the system, as TLS does without --cafile and --capath",
         .apply = [&t, &c](Name n, Text) { use_certificates(t, n); c.system_cas = true; }},
        {.name = "cert", .value = "FILE", .help = "certificate of this client, and of CAs between it and the server's (PEM)",
         .apply = [&t, &c](Name n, Text v) { use_certificates(t, n); c.key_pair.certificate_file = v; }},
        {.name = "key", .value = "FILE", .help = "its private key (PEM); the pass phrase of an encrypted one is asked for",
         .apply = [&t, &c](Name n, Text v) { use_certificates(t, n); c.key_pair.key_file = v; }},
        {.name = "key-pass-file", .value = "FILE", .help = "pass phrase of the key: the first line of FILE, or of standard input with -",
         .apply = [&t](Name n, Text v) { use_certificates(t, n); t.key_pass_file = v; }},
        {.name = "keyform", .value = "FORM", .help = "kind of key; engine is refused", .preset = "pem", .choices = "pem|engine",
         .apply = [&t](Name n, Text v) { use_certificates(t, n); set_key_form(n, v); }},
        {.name = "insecure", .help = "believe any server, whatever certificate it shows: for tests only",
         .apply = [&t, &c](Name n, Text) { use_certificates(t, n); c.verify = false; }},
    };
    // clang-format on
}

std::vector<Option> tls_options(TransportSettings& t) {
    crypto::TlsClientSettings& c = t.tls;
    // clang-format off
    return {
        {.name = "psk", .value = "HEX", .help = "TLS with a key that the broker knows too, instead of certificates",
         .apply = [&t](Name n, Text v) { use_tls(t, n); set_shared_key(t, n, v); }},
        {.name = "psk-identity", .value = "NAME", .help = "which of its keys that is",
         .apply = [&t, &c](Name n, Text v) { use_tls(t, n); set_text(c.psk_identity, longest_identity, n, v); }},
        {.name = "tls-version", .value = "VERSION", .help = "the oldest version to speak", .preset = "tlsv1.2", .choices = "tlsv1.2|tlsv1.3",
         .apply = [&t](Name n, Text v) { use_tls(t, n); set_version(t, n, v); }},
        {.name = "ciphers", .value = "LIST", .help = "ciphers up to TLS 1.2, as openssl ciphers lists them",
         .apply = [&t, &c](Name n, Text v) { use_tls(t, n); c.ciphers = v; }},
        {.name = "ciphers-tls1.3", .value = "LIST", .help = "ciphers of TLS 1.3, separated by colons",
         .apply = [&t, &c](Name n, Text v) { use_tls(t, n); c.cipher_suites = v; }},
        {.name = "tls-alpn", .value = "NAME", .help = "protocol to ask for (ALPN), where one port serves several: mqtt",
         .apply = [&t, &c](Name n, Text v) { use_tls(t, n); set_text(c.alpn, longest_alpn, n, v); }},
        {.name = "tls-keylog", .value = "FILE", .help = "append the secrets of TLS to FILE, so that a packet analyser can read along",
         .apply = [&t, &c](Name n, Text v) { use_tls(t, n); c.keylog_file = v; }},
        {.name = "tls-engine", .value = "ENGINE", .help = "refused: OpenSSL engines are not supported", .apply = refuse_engine},
        {.name = "tls-engine-kpass-sha1", .value = "HASH", .help = "refused, as --tls-engine", .apply = refuse_engine},
        {.name = "no-tls", .help = "ignore the options of TLS, and speak plain MQTT even on port 8883",
         .apply = [&t](Name, Text) { t.no_tls = true; }},
    };
    // clang-format on
}

std::vector<Option> way_options(TransportSettings& t) {
    // clang-format off
    return {
        {.name = "ws", .help = "MQTT in a WebSocket; the usual port is 80, with TLS 443",
         .apply = [&t](Name, Text) { t.websocket = true; }},
        {.name = "ws-path", .value = "PATH", .help = "path, and query, of the WebSocket", .preset = "/mqtt",
         .apply = [&t](Name n, Text v) { t.websocket_option = n; set_path(t, n, v); }},
        {.name = "ws-header", .value = "FIELD", .help = "a field of the HTTP request, \"NAME: VALUE\"", .repeatable = true,
         .apply = [&t](Name n, Text v) { t.websocket_option = n; t.websocket_target.headers.push_back(parse_http_field(n, v)); }},
        {.name = "proxy", .value = "URL", .help = "connect through a SOCKS5 proxy, socks5h://user:password@host:port; it looks up the broker's name",
         .apply = [&t](Name n, Text v) { t.proxy = parse_proxy_url(n, v); }},
        {.letter = 'S', .name = "srv", .help = "find the broker by the SRV record _mqtt._tcp.HOST, with TLS _secure-mqtt._tcp.HOST",
         .apply = [&t](Name, Text) { t.srv = true; }},
        {.name = "srv-server", .value = "ADDRESS", .help = "ask this name server for the record, IPv4 address and :PORT",
         .preset = "that of the system", .apply = [&t](Name n, Text v) { set_srv_server(t, n, v); }},
    };
    // clang-format on
}

} // namespace

OptionGroup transport_options(ConnectionSettings& settings) {
    std::vector<Option> options = certificate_options(settings.transport);
    for (auto& part : {tls_options(settings.transport), way_options(settings.transport)})
        options.insert(options.end(), part.begin(), part.end());
    return {"TLS, WebSocket and proxies", std::move(options)};
}

} // namespace cli
