#include "common/cli/connection_error.hpp"

namespace cli {

namespace {

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

std::string hint_for(const Failure& failure) {
    if (!failure.server_reference.empty())
        return "the broker says to use " + failure.server_reference;
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
