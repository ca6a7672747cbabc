// What mqtt-certgen was asked to do. A plain value, filled in by the options and the words behind
// them, and checked as a whole.
#pragma once

#include "common/cli/run_tool.hpp"
#include "common/crypto/private_key.hpp"
#include "tools/mqtt-certgen/verb.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_certgen {

/// Where one pass phrase comes from.
struct PassphraseSource {
    std::string file;        ///< "-": a line of standard input
    std::string environment; ///< the name of a variable

    [[nodiscard]] bool given() const { return !file.empty() || !environment.empty(); }
};

enum class Purpose : std::uint8_t { any, server, client, both };

enum class ExportFormat : std::uint8_t { pkcs12, pem, der, c_header };

inline constexpr std::chrono::days server_days{397};
inline constexpr std::chrono::days client_days{825};
inline constexpr std::chrono::days authority_days{3650};
inline constexpr std::chrono::days list_days{180};
inline constexpr std::chrono::days warning_days{30};

struct Settings {
    Verb verb = Verb::init;
    std::vector<std::string> words;

    std::string folder = "certs";
    bool force = false;
    bool json = false;
    std::string group; ///< may read keys of servers

    std::vector<std::string> hosts;
    std::vector<std::string> addresses; ///< "auto": all of this machine
    std::vector<std::string> clients;
    std::string from; ///< a CSV file, "-": standard input
    std::string name;
    std::string organization;
    std::string authority_name;

    std::optional<crypto::KeyKind> key; ///< nullopt: P-256, or what the old key is
    std::optional<std::chrono::days> days;
    std::chrono::days authority_days = mqtt_certgen::authority_days;
    std::chrono::days list_days = mqtt_certgen::list_days;

    std::optional<Purpose> use; ///< what a request is for
    bool revoke_old = false;
    std::string reason = "unspecified";

    PassphraseSource authority_pass;
    PassphraseSource old_pass;
    PassphraseSource new_pass;
    bool no_pass = false;

    std::optional<std::chrono::days> warn_days;
    std::string authority_file;
    std::string list_file;
    Purpose purpose = Purpose::any;

    std::string certificate_file; ///< of a client
    std::string key_file;
    std::string user_name;
    std::string password_file;
    std::string alpn;
    std::chrono::milliseconds timeout = std::chrono::seconds(10);

    std::string user; ///< that the broker runs as
    ExportFormat format = ExportFormat::pkcs12;
    std::string out;

    std::uint16_t port = 8883;
    std::optional<std::uint16_t> websocket_port;
};

/// nullopt when help was asked for and is printed. Throws UsageError.
[[nodiscard]] std::optional<Settings> read_settings(cli::ToolContext& context);

} // namespace mqtt_certgen
