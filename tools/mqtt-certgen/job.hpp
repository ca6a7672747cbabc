// What every command of mqtt-certgen works with: the settings, the outside world, the time. One
// thread.
#pragma once

#include "common/base/entropy.hpp"
#include "common/cli/run_tool.hpp"
#include "common/crypto/certificate.hpp"
#include "tools/mqtt-certgen/settings.hpp"

#include <string>
#include <string_view>

namespace mqtt_certgen {

struct Job {
    Settings& settings;
    cli::ToolContext& tool;
    base::Entropy& entropy;
    crypto::CertificateTime now;

    /// DIR/NAME
    [[nodiscard]] std::string path(std::string_view name) const;
};

inline constexpr std::string_view authority_certificate = "ca.crt";
inline constexpr std::string_view authority_key = "ca.key";
inline constexpr std::string_view authority_list = "ca.crl";
inline constexpr std::string_view index_file = "index.json";
inline constexpr std::string_view broker_config = "mqttd.conf";

/// $SOURCE_DATE_EPOCH, for tests and for builds that repeat, else the clock. Throws UsageError.
[[nodiscard]] crypto::CertificateTime time_of(const cli::ToolContext& tool);

/// The name of files for a server or a client: what a shell or a file system could take amiss
/// becomes '_'. Throws ToolError for the name of the authority's own files.
[[nodiscard]] std::string file_stem(std::string_view name);

/// Makes DIR and what is above it. Throws ToolError.
void make_folder(const std::string& folder);

/// The commands, one file each. Each throws UsageError or ToolError.
[[nodiscard]] cli::Outcome run_init(Job& job);
[[nodiscard]] cli::Outcome run_ca(Job& job);
[[nodiscard]] cli::Outcome run_server(Job& job);
[[nodiscard]] cli::Outcome run_client(Job& job);
[[nodiscard]] cli::Outcome run_csr(Job& job);
[[nodiscard]] cli::Outcome run_sign(Job& job);
[[nodiscard]] cli::Outcome run_renew(Job& job);
[[nodiscard]] cli::Outcome run_rekey(Job& job);
[[nodiscard]] cli::Outcome run_revoke(Job& job);
[[nodiscard]] cli::Outcome run_crl(Job& job);
[[nodiscard]] cli::Outcome run_list(Job& job);
[[nodiscard]] cli::Outcome run_show(Job& job);
[[nodiscard]] cli::Outcome run_verify(Job& job);

[[nodiscard]] cli::Outcome run_check(Job& job);
[[nodiscard]] cli::Outcome run_doctor(Job& job);
[[nodiscard]] cli::Outcome run_export(Job& job);
[[nodiscard]] cli::Outcome run_passphrase(Job& job);
[[nodiscard]] cli::Outcome run_snippet(Job& job);

} // namespace mqtt_certgen
