// The extensions that our certificates and requests carry, made one by one and never from
// configuration text, so that no name can smuggle one in. Only for the .cpp files of this library.
#pragma once

#include "common/crypto/openssl_handle.hpp"
#include "common/crypto/subject_name.hpp"

#include <vector>

namespace crypto {

/// nullptr when a name cannot be written.
[[nodiscard]] GeneralNamesPtr to_general_names(const std::vector<AlternativeName>& names);

/// nullptr when a value cannot be written.
[[nodiscard]] NamePtr to_native(const Subject& subject);

/// path_length: of an authority.
[[nodiscard]] bool add_basic_constraints(X509* certificate, bool authority, long path_length);
/// bits: KU_…
[[nodiscard]] bool add_key_usage(X509* certificate, std::uint32_t bits);
/// usages: NID_server_auth, …
[[nodiscard]] bool add_extended_key_usage(X509* certificate, const std::vector<int>& usages);
/// The SHA-1 digest of the key. RFC 5280, section 4.2.1.2.
[[nodiscard]] bool add_subject_key_id(X509* certificate);
/// The subject key id of the issuer; its name and serial when it has none, like many hand-made
/// ones.
[[nodiscard]] bool add_authority_key_id(X509* certificate, const X509* issuer);
[[nodiscard]] bool add_authority_key_id(X509_CRL* list, const X509* issuer);
[[nodiscard]] bool add_names(X509* certificate, const std::vector<AlternativeName>& names);

/// The digest that a key signs with; nullptr for keys that bring their own (Ed25519).
[[nodiscard]] const EVP_MD* digest_for(const EVP_PKEY* key);

} // namespace crypto
