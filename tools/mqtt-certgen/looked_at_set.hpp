// Files that were looked at, and what belongs to what among them. The files outlive it.
#pragma once

#include "common/crypto/certificate.hpp"
#include "tools/mqtt-certgen/file_set.hpp"

#include <vector>

namespace mqtt_certgen {

/// An authority, or a certificate that stands for itself.
[[nodiscard]] bool is_trust_anchor(const crypto::Certificate& certificate);

class LookedAtSet {
public:
    struct Anchor {
        const LookedAtFile* file;
        crypto::Certificate certificate;
    };

    explicit LookedAtSet(const std::vector<LookedAtFile>& files);

    [[nodiscard]] const std::vector<LookedAtFile>& files() const { return files_; }

    [[nodiscard]] const std::vector<Anchor>& anchors() const { return anchors_; }

    [[nodiscard]] bool has_certificates() const;
    /// The first authority that signed it; nullptr: none has.
    [[nodiscard]] const Anchor* signer_of(const crypto::Certificate& certificate) const;
    [[nodiscard]] const LookedAtFile* key_of(const crypto::Certificate& certificate) const;
    [[nodiscard]] const LookedAtFile* certificate_of(const crypto::PublicKey& key) const;

private:
    const std::vector<LookedAtFile>& files_;
    std::vector<Anchor> anchors_;
};

} // namespace mqtt_certgen
