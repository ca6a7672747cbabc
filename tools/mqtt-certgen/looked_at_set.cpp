#include "tools/mqtt-certgen/looked_at_set.hpp"

#include <algorithm>

namespace mqtt_certgen {

using crypto::Certificate;

bool is_trust_anchor(const Certificate& certificate) {
    return certificate.is_authority() ||
           (certificate.is_self_issued() && certificate.is_signed_by(certificate));
}

LookedAtSet::LookedAtSet(const std::vector<LookedAtFile>& files) : files_(files) {
    for (const LookedAtFile& file : files_) {
        for (const Certificate& each : file.certificates) {
            if (is_trust_anchor(each)) anchors_.push_back({&file, each});
        }
    }
}

bool LookedAtSet::has_certificates() const {
    return std::any_of(files_.begin(), files_.end(), [](const LookedAtFile& file) {
        return !file.certificates.empty();
    });
}

const LookedAtSet::Anchor* LookedAtSet::signer_of(const Certificate& certificate) const {
    const auto found = std::find_if(anchors_.begin(), anchors_.end(), [&](const Anchor& each) {
        return certificate.is_signed_by(each.certificate);
    });
    return found == anchors_.end() ? nullptr : &*found;
}

const LookedAtFile* LookedAtSet::key_of(const Certificate& certificate) const {
    const auto found = std::find_if(files_.begin(), files_.end(), [&](const LookedAtFile& file) {
        return file.key && file.key->public_key() == certificate.public_key();
    });
    return found == files_.end() ? nullptr : &*found;
}

const LookedAtFile* LookedAtSet::certificate_of(const crypto::PublicKey& key) const {
    const auto found = std::find_if(files_.begin(), files_.end(), [&](const LookedAtFile& file) {
        return std::any_of(
            file.certificates.begin(),
            file.certificates.end(),
            [&](const Certificate& each) { return each.public_key() == key; }
        );
    });
    return found == files_.end() ? nullptr : &*found;
}

} // namespace mqtt_certgen
