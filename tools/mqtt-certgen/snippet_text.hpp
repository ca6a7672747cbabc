// The texts that make use of what was made: lines for the broker's configuration file and command
// lines for clients. They work as they stand. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mqtt_certgen {

struct SnippetPlan {
    std::string folder; ///< absolute, with the authority's files
    std::string server; ///< name of the server's files
    std::string host;   ///< that clients connect to
    std::uint16_t port = 0;
    std::optional<std::uint16_t> websocket_port;
    bool with_client_certificates = false;
};

/// For mqttd.conf(5) and mosquitto.conf(5).
[[nodiscard]] std::string config_text(const SnippetPlan& plan);

/// client: name of the client's files; empty for one without a certificate. One command a line.
[[nodiscard]] std::string subscribe_command(const SnippetPlan& plan, const std::string& client);
[[nodiscard]] std::string publish_command(const SnippetPlan& plan, const std::string& client);

/// As a shell takes it for one word.
[[nodiscard]] std::string shell_word(const std::string& text);

} // namespace mqtt_certgen
