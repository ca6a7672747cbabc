// Times of certificates as people and JSON read them, always in UTC. Pure.
#pragma once

#include "common/crypto/certificate.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mqtt_certgen {

/// "2027-11-25T23:00:00Z"
[[nodiscard]] std::string to_text(crypto::CertificateTime time);

/// "2027-11-25"
[[nodiscard]] std::string day_text(crypto::CertificateTime time);

/// The other way round of to_text().
[[nodiscard]] std::optional<crypto::CertificateTime> time_of(std::string_view text);

/// "in 12 days", "2 days ago", "today"
[[nodiscard]] std::string distance_text(crypto::CertificateTime time, crypto::CertificateTime now);

} // namespace mqtt_certgen
