#include "common/base/entropy.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/connection_settings.hpp"
#include "common/cli/options/finish_transport.hpp"
#include "common/cli/password.hpp"

#include <unistd.h>

#include <array>
#include <string>

namespace cli {

namespace {

using client::engine::SessionOptions;
using mqtt::ProtocolVersion;

constexpr std::size_t random_characters = 17; ///< with the prefix 23, which every broker takes

std::string random_client_id() {
    constexpr std::string_view alphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    base::SystemEntropy entropy;
    std::string id = "midge-";
    for (std::size_t i = 0; i < random_characters; ++i)
        id += alphabet[entropy.next() % alphabet.size()];
    return id;
}

void check_version(const ConnectionSettings& settings) {
    if (settings.needs_v5.empty()) return;
    const ProtocolVersion version = settings.connect.session.version;
    if (version == ProtocolVersion::v5) return;
    throw UsageError(
        settings.needs_v5 + " needs MQTT 5.0 (got --protocol-version " +
            (version == ProtocolVersion::v311 ? "311" : "31") + " after it)",
        "leave --protocol-version out, or put it first"
    );
}

void choose_client_id(const ConnectionSettings& settings, SessionOptions& session) {
    if (settings.client_id && settings.id_prefix)
        throw UsageError("--id and --id-prefix exclude each other");
    if (settings.client_id) {
        session.client_id = *settings.client_id;
    } else if (settings.id_prefix) {
        session.client_id = *settings.id_prefix + std::to_string(::getpid());
    } else if (session.version != ProtocolVersion::v5) {
        session.client_id = random_client_id();
    }
    if (session.client_id.empty() && session.version == ProtocolVersion::v31)
        throw UsageError("MQTT 3.1 needs a client id that is not empty");
}

void choose_session(const ConnectionSettings& settings, SessionOptions& session) {
    const bool named = settings.id_prefix || (settings.client_id && !settings.client_id->empty());
    const bool never_expires = settings.session_expiry == mqtt::session_never_expires;
    if (!named && (settings.persistent || never_expires)) {
        throw UsageError(
            std::string(
                settings.persistent ? "--disable-clean-session" : "--session-expiry-interval never"
            ) + " needs a client id",
            "a session is found again by its client id: -i ID"
        );
    }
    session.clean_start = !settings.persistent;
    if (settings.session_expiry) {
        if (session.session_expiry_interval != 0)
            throw UsageError("the session expiry interval is given with -x and with -D");
        session.session_expiry_interval = *settings.session_expiry;
    } else if (settings.persistent && session.version == ProtocolVersion::v5 && session.session_expiry_interval == 0) {
        session.session_expiry_interval = mqtt::session_never_expires;
    }
}

void choose_password(const ConnectionSettings& settings, SessionOptions& session) {
    if (settings.ask_password && settings.password_file) {
        throw UsageError("--ask-password and --password-file exclude each other");
    }
    if (settings.password_file == "-" && settings.reads_stdin) {
        throw UsageError("--password-file - and the message cannot both be read from standard input"
        );
    }
    const bool password = session.password || settings.password_file || settings.ask_password;
    if (password && !session.user_name && session.version != ProtocolVersion::v5) {
        throw UsageError("a password needs a user name before MQTT 5.0", "add -u NAME, or -V 5");
    }
    if (settings.password_file) session.password = read_password(*settings.password_file);
    if (settings.ask_password) {
        const std::string user = session.user_name ? " for " + *session.user_name : std::string();
        session.password = ask_password("Password" + user + ": ");
    }
}

void choose_will(ConnectionSettings& settings, SessionOptions& session) {
    const bool properties = settings.properties.any(mqtt::PropertyScope::will);
    if (settings.will.topic.empty()) {
        if (properties) settings.will_part = "--property will";
        if (settings.will_part.empty()) return;
        throw UsageError(settings.will_part + " needs --will-topic");
    }
    session.will = settings.will;
    session.will->properties = settings.properties.of(mqtt::PropertyScope::will);
}

} // namespace

client::ConnectOptions finish_connection(ConnectionSettings& settings) {
    client::ConnectOptions connect = settings.connect;
    check_version(settings);
    set_connect_properties(settings.properties, connect.session);
    choose_client_id(settings, connect.session);
    choose_session(settings, connect.session);
    choose_will(settings, connect.session);
    connect.retry.retry_first = settings.retry;
    finish_transport(settings, connect.destination);
    choose_password(settings, connect.session);
    return connect;
}

} // namespace cli
