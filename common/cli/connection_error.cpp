#include "common/cli/connection_error.hpp"

namespace cli {

namespace {

using base::TransportTrouble;
using client::engine::Failure;
using client::engine::FailureKind;
using mqtt::ReasonCode;

ExitCode code_of(const Failure& failure) {
    switch (failure.kind) {
    case FailureKind::connect_failed:
    case FailureKind::connect_timeout:
        return ExitCode::connect_failed;
    case FailureKind::refused:
        return ExitCode::refused;
    case FailureKind::lost:
    case FailureKind::server_disconnect:
    case FailureKind::protocol_error:
    case FailureKind::keep_alive_timeout:
    case FailureKind::disconnect_timeout:
        break;
    }
    return failure.connected_before ? ExitCode::connection_lost : ExitCode::connect_failed;
}

const char* hint_for(TransportTrouble trouble) {
    switch (trouble) {
    case TransportTrouble::none:
        break;
    case TransportTrouble::unknown_ca:
        return "give the certificate of the CA that has signed it: --cafile FILE";
    case TransportTrouble::self_signed:
        return "if you trust this certificate, give it: --cafile FILE";
    case TransportTrouble::wrong_name:
        return "connect to a name that the certificate is for (-h), or have one made for this name";
    case TransportTrouble::expired:
        return "the server needs a new certificate; or is the clock of this machine wrong?";
    case TransportTrouble::not_yet_valid:
        return "compare the clocks of this machine and of the one that made the certificate";
    case TransportTrouble::certificate_required:
        return "--cert FILE --key FILE";
    case TransportTrouble::certificate_refused:
        return "is --cert of a CA that the server trusts, valid today, and not revoked?";
    case TransportTrouble::no_common_version:
        return "TLS 1.2 and 1.3 are spoken here; --tls-version tlsv1.3 leaves out 1.2";
    case TransportTrouble::no_common_cipher:
        return "the server may want a certificate (--cert, --key), a shared key (--psk) or other "
               "ciphers (--ciphers, --ciphers-tls1.3)";
    case TransportTrouble::unknown_identity:
        return "check --psk-identity";
    case TransportTrouble::wrong_shared_key:
        return "check --psk";
    case TransportTrouble::no_common_protocol:
        return "leave --tls-alpn out, or name a protocol that the server has: mqtt";
    case TransportTrouble::tls_failed:
        return "mqtt-certgen check mqtts://HOST:PORT tells more about the server";
    case TransportTrouble::no_tls:
        return "use the port of the TLS listener, or --no-tls if the broker has none";
    case TransportTrouble::tls_expected:
        return "add --cafile FILE or --tls-use-os-certs; or mqtts:// or wss:// in -L";
    case TransportTrouble::http_expected:
        return "add --ws if this is the port for WebSocket";
    case TransportTrouble::closed_while_opening:
        return "is the port right? a listener for something else closes a connection like this";
    case TransportTrouble::http_login:
        return "the HTTP server wants a login: --ws-header \"Authorization: Basic ...\"";
    case TransportTrouble::http_forbidden:
        return "does it want to know an origin or a login? --ws-header \"Origin: https://...\"";
    case TransportTrouble::http_not_found:
        return "is the path of the WebSocket right? --ws-path PATH";
    case TransportTrouble::http_moved:
        return "use the address that it points to: -L wss://HOST/PATH";
    case TransportTrouble::http_refused:
    case TransportTrouble::no_http:
        return "is there a listener for MQTT in WebSocket on this port, and does it have TLS?";
    case TransportTrouble::no_mqtt_inside:
        return "is the path of the WebSocket right? --ws-path PATH";
    case TransportTrouble::no_proxy:
    case TransportTrouble::proxy_unreachable:
        return "is there a SOCKS5 proxy at the address of --proxy?";
    case TransportTrouble::proxy_login:
        return "--proxy socks5h://USER:PASSWORD@HOST:PORT";
    case TransportTrouble::proxy_refused:
        return "is the broker running, and can the proxy reach it?";
    case TransportTrouble::no_srv_record:
        return "without -S, the broker is found by -h and -p";
    }
    return "";
}

std::string hint_for(const Failure& failure) {
    if (!failure.server_reference.empty())
        return "the broker says to use " + failure.server_reference;
    if (failure.trouble != TransportTrouble::none) return hint_for(failure.trouble);
    if (failure.kind == FailureKind::lost && !failure.connected_before) {
        return "does the port expect TLS (--cafile, --tls-use-os-certs) or WebSocket (--ws)?";
    }
    if (failure.kind == FailureKind::connect_failed)
        return "is the broker running, and are -h and -p right?";
    if (failure.kind == FailureKind::connect_timeout)
        return "--connect-timeout SECONDS waits longer";
    switch (failure.reason) {
    case ReasonCode::bad_user_name_or_password:
        return "check -u and the password (--password-file, --ask-password or -P)";
    case ReasonCode::not_authorized:
        return "does the broker want a user name? -u NAME --ask-password";
    case ReasonCode::unsupported_protocol_version:
        return "try -V 311 or -V 5";
    case ReasonCode::client_identifier_not_valid:
        return "choose another client id: -i ID";
    case ReasonCode::session_taken_over:
        return "another client has connected with the same id (-i)";
    default:
        return {};
    }
}

std::string with_reason(const std::string& before, const Failure& failure) {
    return failure.what.empty() ? before : before + ": " + failure.what;
}

} // namespace

std::string describe_failure(const Failure& failure, std::string_view server) {
    const std::string peer(server);
    switch (failure.kind) {
    case FailureKind::connect_failed:
    case FailureKind::connect_timeout:
        return with_reason("cannot connect to " + peer, failure);
    case FailureKind::refused:
        return with_reason(peer + " refused the connection", failure);
    case FailureKind::server_disconnect:
        return with_reason(peer + " ended the connection", failure);
    case FailureKind::protocol_error:
        return with_reason(peer + " broke the protocol", failure);
    case FailureKind::lost:
    case FailureKind::keep_alive_timeout:
    case FailureKind::disconnect_timeout:
        break;
    }
    return with_reason("the connection to " + peer + " is lost", failure);
}

ToolError connection_error(const Failure& failure, std::string_view server) {
    Outcome outcome{.code = code_of(failure)};
    if (failure.kind == FailureKind::refused) outcome.connack_code = failure.return_code;
    return {outcome, describe_failure(failure, server), hint_for(failure)};
}

} // namespace cli
