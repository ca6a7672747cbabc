// Who a certificate is for: the parts of its subject, and the names under which it is valid
// (subject alternative names). Plain values; pure.
#pragma once

#include "common/crypto/crypto_problem.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct X509_name_st;
struct stack_st_GENERAL_NAME;

namespace crypto {

struct SubjectPart {
    std::string field; ///< "CN", "O", or an object identifier with dots
    std::string value; ///< UTF-8

    friend bool operator==(const SubjectPart&, const SubjectPart&) = default;
};

/// In the order of the certificate.
using Subject = std::vector<SubjectPart>;

/// The longest common name and organization, in characters. RFC 5280, appendix A.1.
inline constexpr std::size_t longest_subject_value = 64;

/// The first part with this field; empty when there is none.
[[nodiscard]] std::string value_of(const Subject& subject, std::string_view field);

/// As RFC 2253 has it, and mosquitto's use_subject_as_username: "CN=sensor1,O=Garden".
[[nodiscard]] std::string to_text(const X509_name_st* name);

[[nodiscard]] Subject subject_of(const X509_name_st* name);

/// Why it cannot be a value of a subject; empty: it can.
[[nodiscard]] std::string problem_of_subject_value(std::string_view value);

enum class NameKind : std::uint8_t { dns, address, email, uri, other };

struct AlternativeName {
    NameKind kind = NameKind::dns;
    std::string value; ///< an address in its usual form

    friend bool operator==(const AlternativeName&, const AlternativeName&) = default;
};

/// "DNS:broker.local", "IP:10.0.0.1"
[[nodiscard]] std::string to_text(const AlternativeName& name);

/// The other way round; kinds that are not written come as other.
[[nodiscard]] AlternativeName alternative_name_of(std::string_view text);

/// A host name or an address, as a client is told to connect to. "*.example.org" is one.
[[nodiscard]] CryptoResult<AlternativeName> parse_host(std::string_view text);

[[nodiscard]] std::vector<AlternativeName> names_of(const stack_st_GENERAL_NAME* names);

} // namespace crypto
