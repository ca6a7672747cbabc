// Rows of the option table: TLS of a listener. Files are opened when the broker starts, at
// --test-config and at every reload; new connections use what was read last.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

namespace {

using access::of_tls;

constexpr Option
file_row(std::string_view name, std::string_view help, Access<ListenerConfig> access) {
    return {
        .name = name,
        .type = ValueType::text,
        .scope = Scope::listener,
        .help = help,
        .listener = access};
}

constexpr Option files_row(
    std::string_view name,
    std::string_view help,
    void (*handle)(ConfigDraft&, const Statement&, const Value&),
    Access<ListenerConfig> access
) {
    return {
        .name = name,
        .type = ValueType::text,
        .scope = Scope::listener,
        .repeatable = true,
        .help = help,
        .handle = handle,
        .listener = access};
}

constexpr Option
flag_row(std::string_view name, std::string_view help, Access<ListenerConfig> access) {
    return {
        .name = name,
        .type = ValueType::flag,
        .default_text = "false",
        .scope = Scope::listener,
        .help = help,
        .listener = access};
}

constexpr Option refused_row(std::string_view name) {
    return {
        .name = name,
        .scope = Scope::listener,
        .syntax = "VALUE",
        .help = "Refused: mqttd has no engines.",
        .handle = handle::tls_engine};
}

} // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const Option> tls_options() {
    static constexpr Option rows[] = {
        files_row(
            "certfile",
            "The certificate of the listener as PEM, followed by those of intermediate CAs. With "
            "it the listener speaks TLS. Several, each with a keyfile: the server name that a "
            "client asks for decides, the first one is for all others.",
            handle::certfile,
            of_tls<&ListenerTls::certificate_files>()
        ),
        files_row(
            "keyfile",
            "The private key of the certificate as PEM, without a pass phrase.",
            handle::keyfile,
            of_tls<&ListenerTls::key_files>()
        ),
        file_row(
            "cafile",
            "The certificates of the CAs that may sign certificates of clients, as PEM.",
            of_tls<&ListenerTls::ca_file>()
        ),
        file_row(
            "capath",
            "As cafile: a directory with one certificate a file, named by openssl rehash.",
            of_tls<&ListenerTls::ca_path>()
        ),
        file_row(
            "crlfile",
            "Revoked certificates of clients: the lists of all their CAs as PEM.",
            of_tls<&ListenerTls::crl_file>()
        ),
        flag_row(
            "require_certificate",
            "Lets only clients in that have a certificate of the CAs of cafile or capath.",
            of_tls<&ListenerTls::require_certificate>()
        ),
        flag_row(
            "disable_client_cert_date_checks",
            "Accepts certificates of clients that have expired or are not valid yet.",
            of_tls<&ListenerTls::ignores_client_dates>()
        ),
        flag_row(
            "use_identity_as_username",
            "Takes the Common Name of the client's certificate, or the identity of its shared key, "
            "as user name.",
            of_tls<&ListenerTls::identity_as_username>()
        ),
        flag_row(
            "use_subject_as_username",
            "Takes the whole subject of the client's certificate as user name, in the form of RFC "
            "2253.",
            of_tls<&ListenerTls::subject_as_username>()
        ),
        {.name = "tls_version",
         .type = ValueType::choice,
         .default_text = "tlsv1.2",
         .choices = "tlsv1.2|tlsv1.3",
         .scope = Scope::listener,
         .help = "The oldest version of TLS that is accepted.",
         .listener = of_tls<&ListenerTls::minimum>()},
        file_row(
            "ciphers",
            "The ciphers up to TLS 1.2, in the form of openssl-ciphers(1). Not set: those with "
            "forward secrecy and authenticated encryption.",
            of_tls<&ListenerTls::ciphers>()
        ),
        file_row(
            "ciphers_tls1.3",
            "The ciphers of TLS 1.3, separated by colons. Not set: all that OpenSSL has.",
            of_tls<&ListenerTls::cipher_suites>()
        ),
        {.name = "psk_hint",
         .type = ValueType::text,
         .scope = Scope::listener,
         .help = "Makes the listener speak TLS with shared keys instead of certificates, and is "
                 "sent to clients. It needs psk_file.",
         .listener = of_tls<&ListenerTls::psk_hint>()},
        {.name = "psk_file",
         .type = ValueType::text,
         .help = "The shared keys of listeners with psk_hint: lines of the form IDENTITY:KEY, the "
                 "key in hexadecimal. Belongs to all listeners, unless per_listener_settings is "
                 "set.",
         .handle = handle::psk_file,
         .listener = of_tls<&ListenerTls::psk_file>()},
        file_row(
            "tls_keylog",
            "A file to which the keys of all connections are added, for looking at recorded "
            "traffic. Who can read it can read everything.",
            of_tls<&ListenerTls::keylog_file>()
        ),
        {.name = "dhparamfile",
         .type = ValueType::text,
         .scope = Scope::listener,
         .help =
             "Accepted from mosquitto's files, without effect: keys are exchanged over elliptic "
             "curves.",
         .handle = handle::without_effect},
        {.name = "tls_keyform",
         .default_text = "pem",
         .scope = Scope::listener,
         .syntax = "pem",
         .help = "The form of keyfile.",
         .handle = handle::tls_keyform},
        refused_row("tls_engine"),
        refused_row("tls_engine_kpass_sha1"),
    };
    return rows;
}

} // namespace mqttd
