// Certificates, requests, revocation lists and keys as people and programs read them. Pure.
#pragma once

#include "common/crypto/certificate.hpp"
#include "common/crypto/certificate_request.hpp"
#include "common/crypto/revocation_list.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mqtt_certgen {

/// What is said about one thing: labels and texts, in order, safe to print.
using Facts = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] Facts facts_of(const crypto::Certificate& certificate, crypto::CertificateTime now);
[[nodiscard]] Facts facts_of(const crypto::CertificateRequest& request);
[[nodiscard]] Facts facts_of(const crypto::RevocationList& list, crypto::CertificateTime now);

/// Without the time, which a program can tell itself.
[[nodiscard]] std::string to_json(const crypto::Certificate& certificate, const std::string& file);
[[nodiscard]] std::string
to_json(const crypto::CertificateRequest& request, const std::string& file);
[[nodiscard]] std::string to_json(const crypto::RevocationList& list, const std::string& file);

/// "DNS:a, IP:10.0.0.1"; "none" when there are none.
[[nodiscard]] std::string joined(const std::vector<crypto::AlternativeName>& names);
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

} // namespace mqtt_certgen
