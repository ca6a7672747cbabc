// One certificate, signed by the authority of the folder, with its record in the index. What the
// commands that make certificates share. One thread.
#pragma once

#include "common/crypto/issue_certificate.hpp"
#include "common/crypto/public_key.hpp"
#include "tools/mqtt-certgen/authority.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_certgen {

/// A device whose clock is a little behind must not refuse a new certificate.
inline constexpr std::chrono::minutes clock_skew{5};

struct LeafPlan {
    std::string name; ///< of its files, a file_stem()
    crypto::Subject subject;
    std::vector<crypto::AlternativeName> names;
    crypto::CertificateUse use = crypto::CertificateUse::client;
    std::optional<std::chrono::days> days; ///< nullopt: what is usual for the use
    std::optional<crypto::KeyKind> key;    ///< of a new key; nullopt: as the options say
    std::optional<gid_t> key_group;        ///< may read a new key, unless the options name another
};

/// The certificate for this key; its record is in authority.index, which is not saved. Older ones
/// of the same name count as replaced. Throws ToolError.
[[nodiscard]] crypto::Certificate
issue_leaf(Job& job, Authority& authority, const LeafPlan& plan, const crypto::PublicKey& key);

/// With a new key, into DIR/NAME.key and DIR/NAME.crt of the batch.
crypto::Certificate
make_leaf(Job& job, Authority& authority, const LeafPlan& plan, FileBatch& files);

/// "CN=NAME", and the organization when one was given.
[[nodiscard]] crypto::Subject subject_for(const Job& job, const std::string& common_name);

[[nodiscard]] crypto::KeyKind key_kind(const Job& job);

[[nodiscard]] std::string certificate_path(const Job& job, const std::string& name);
[[nodiscard]] std::string key_path(const Job& job, const std::string& name);

/// Says on stderr what is special about the keys that were asked for.
void warn_about_key(Job& job);

/// What the index keeps of a certificate.
[[nodiscard]] Record record_of(const std::string& name, const crypto::Certificate& certificate);

} // namespace mqtt_certgen
