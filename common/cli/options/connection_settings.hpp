// What the connection, session, will and -D options of a tool say, while they are read and after.
// A plain value; finish_connection() checks it as a whole and makes the client's options of it.
#pragma once

#include "common/cli/options/property_settings.hpp"
#include "common/cli/options/transport_settings.hpp"
#include "common/client/connect_options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

struct ConnectionSettings {
    /// commands: the packets that -D may name, "connect|publish|disconnect|will".
    explicit ConnectionSettings(std::string_view commands) : properties(commands) {}

    client::ConnectOptions connect; ///< complete only after finish_connection()
    PropertySettings properties;
    TransportSettings transport;

    std::optional<std::string> client_id;
    std::optional<std::string> id_prefix;
    std::string needs_v5;       ///< the last option that asked for MQTT 5.0
    bool version_given = false; ///< by an option; otherwise it is the tool's default
    bool persistent = false;
    std::optional<std::uint32_t> session_expiry;
    bool retry = false;

    std::optional<std::string> password_file;
    bool ask_password = false;
    bool reads_stdin = false; ///< set by the tool: standard input is data

    client::engine::Message will;
    std::string will_part; ///< an option given that needs a will topic
};

/// Throws UsageError when the options contradict each other, ToolError when a file cannot be used.
/// Reads the files of TLS, and passwords where it was asked to; draws a client id when MQTT 3 needs
/// one.
[[nodiscard]] client::ConnectOptions finish_connection(ConnectionSettings& settings);

} // namespace cli
