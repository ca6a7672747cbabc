// What verify and check judge a certificate by: the authorities and the revocation list that the
// options name, or those of the folder. One thread.
#pragma once

#include "common/crypto/verify_certificate.hpp"
#include "tools/mqtt-certgen/job.hpp"

namespace mqtt_certgen {

/// Without purpose and host. Throws ToolError.
[[nodiscard]] crypto::Verification verify_rules(const Job& job);

} // namespace mqtt_certgen
