// What is wrong with a set of certificates, keys and lists that should make TLS work between a
// broker and its clients, in words and with what helps. Pure: everything is an argument.
#pragma once

#include "common/crypto/certificate.hpp"
#include "tools/mqtt-certgen/file_set.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_certgen {

enum class Severity : std::uint8_t {
    error,   ///< TLS will not work with it
    warning, ///< it works with some peers, or not for long, or is not safe
};

struct Finding {
    Severity severity = Severity::error;
    std::string path;
    std::string message;
    std::string hint;
};

struct FileRole {
    std::string path;
    std::string text; ///< "server's certificate "CN=broker", signed by ca.crt, with server.key"
};

struct Diagnosis {
    std::vector<FileRole> roles;
    std::vector<Finding> findings;
    std::string authority;   ///< path for cafile; empty when there is none
    std::string certificate; ///< of a server, with its key
    std::string key;
};

/// host: what clients connect to.
[[nodiscard]] Diagnosis diagnose(
    const std::vector<LookedAtFile>& files,
    const std::optional<crypto::AlternativeName>& host,
    crypto::CertificateTime now
);

} // namespace mqtt_certgen
