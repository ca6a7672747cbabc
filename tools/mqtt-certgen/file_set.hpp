// The files that doctor looks at: what is in each, whatever made them. One thread.
#pragma once

#include "common/crypto/certificate.hpp"
#include "common/crypto/certificate_request.hpp"
#include "common/crypto/private_key.hpp"
#include "common/crypto/revocation_list.hpp"
#include "tools/mqtt-certgen/job.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mqtt_certgen {

struct LookedAtFile {
    std::string path;
    std::string unreadable; ///< why; empty: it was read
    bool binary = false;    ///< DER where brokers want PEM
    bool encrypted = false; ///< has a key that was not opened
    bool open_to_others = false;
    std::vector<crypto::Certificate> certificates;
    std::optional<crypto::PrivateKey> key;
    std::optional<crypto::CertificateRequest> request;
    std::optional<crypto::RevocationList> list;
    std::string damage; ///< what is wrong with what is in it

    [[nodiscard]] bool is_empty() const {
        return certificates.empty() && !key && !encrypted && !request && !list;
    }
};

/// Words are files and folders; of a folder, all in it that is about TLS. phrase: opens encrypted
/// keys; may be empty. Throws ToolError when a folder cannot be read.
[[nodiscard]] std::vector<LookedAtFile>
read_file_set(const std::vector<std::string>& words, std::string_view phrase);

} // namespace mqtt_certgen
