// A NAME or FILE of the command line: which file it is, and what is in it. One thread.
#pragma once

#include "common/crypto/certificate.hpp"
#include "tools/mqtt-certgen/job.hpp"

#include <string>
#include <vector>

namespace mqtt_certgen {

/// DIR/NAME.crt when that is there, else the word itself. Throws ToolError when neither is.
[[nodiscard]] std::string path_of(const Job& job, const std::string& word);

struct InputCertificates {
    std::string path;
    std::vector<crypto::Certificate> all; ///< the first is the one that is meant
};

/// Throws ToolError when there is no certificate in it.
[[nodiscard]] InputCertificates read_certificates(const Job& job, const std::string& word);

} // namespace mqtt_certgen
