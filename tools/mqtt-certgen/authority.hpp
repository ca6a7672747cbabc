// The authority of a folder: its certificate, its key, and what it has made. Made by ca and init,
// opened by all that sign. One thread.
#pragma once

#include "common/crypto/certificate.hpp"
#include "common/crypto/private_key.hpp"
#include "tools/mqtt-certgen/file_batch.hpp"
#include "tools/mqtt-certgen/index.hpp"
#include "tools/mqtt-certgen/job.hpp"

#include <cstdint>
#include <string>

namespace mqtt_certgen {

struct Authority {
    crypto::Certificate certificate;
    crypto::PrivateKey key;
    Index index; ///< locked
};

enum class AuthorityTime : std::uint8_t {
    must_be_valid,
    may_be_over, ///< to be renewed
};

/// Reads it, asks for the pass phrase when the key has one, and checks that certificate and key
/// belong together. Throws ToolError.
[[nodiscard]] Authority open_authority(Job& job, AuthorityTime time = AuthorityTime::must_be_valid);

/// The certificate alone.
[[nodiscard]] crypto::Certificate read_authority_certificate(const Job& job);

/// Makes the folder and, in the batch, ca.crt, ca.key and an empty ca.crl; the index is empty.
/// host: for its name when none was given. Throws ToolError.
[[nodiscard]] Authority make_authority(Job& job, FileBatch& files, const std::string& host);

/// Signs the revocation list of all that the index has as revoked, into the batch.
void write_list(Job& job, Authority& authority, FileBatch& files);

/// A file that must be there. what: "the certificate". Throws ToolError.
[[nodiscard]] std::string read_text(const std::string& path, const std::string& what);

} // namespace mqtt_certgen
