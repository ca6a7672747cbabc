// What is wrong with a key of the set, and with requests and revocation lists.
#include "common/base/escape.hpp"
#include "tools/mqtt-certgen/examination.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <algorithm>
#include <string>

namespace mqtt_certgen {

namespace {

using crypto::Certificate;
using Anchor = LookedAtSet::Anchor;

/// Of what it belongs to is known only what is left when all others have theirs.
void look_at_closed_key(Examination& exam, const LookedAtFile& file) {
    const bool others_have_theirs = std::all_of(
        exam.set.files().begin(),
        exam.set.files().end(),
        [&](const LookedAtFile& each) {
            return std::all_of(
                each.certificates.begin(),
                each.certificates.end(),
                [&](const Certificate& one) {
                    return is_trust_anchor(one) || exam.set.key_of(one) != nullptr;
                }
            );
        }
    );
    if (others_have_theirs && !exam.set.anchors().empty()) {
        exam.role(file, "key with a pass phrase, the authority's");
        return;
    }
    exam.role(file, "key with a pass phrase");
    exam.warning(
        file,
        "it is encrypted, so what it belongs to is not known",
        "--pass-file opens it; a broker's key must have no pass phrase, or nobody can start it "
        "unattended"
    );
}

} // namespace

void examine_key(Examination& exam, const LookedAtFile& file) {
    if (file.open_to_others)
        exam.warning(file, "every user of this machine can read the key", "chmod 600 " + file.path);
    if (!file.key) return look_at_closed_key(exam, file);
    const LookedAtFile* const certificate = exam.set.certificate_of(file.key->public_key());
    if (certificate == nullptr) {
        exam.role(file, "key");
        if (exam.set.has_certificates()) {
            exam.error(
                file,
                "it belongs to none of the certificates",
                "a certificate holds for the key of its request only"
            );
        }
        return;
    }
    if (certificate != &file) exam.role(file, "key of " + certificate->path);
    const bool authority =
        std::any_of(exam.set.anchors().begin(), exam.set.anchors().end(), [&](const Anchor& each) {
            return each.certificate.public_key() == file.key->public_key();
        });
    if (file.encrypted && !authority) {
        exam.error(
            file,
            "it has a pass phrase: a broker that starts unattended cannot ask for it",
            "mqtt-certgen passphrase --no-pass " + file.path
        );
    }
}

void examine_request(Examination& exam, const LookedAtFile& file) {
    const LookedAtFile* const certificate = exam.set.certificate_of(file.request->public_key());
    exam.role(
        file,
        "request " + base::in_quotes(file.request->subject_text()) +
            (certificate == nullptr ? ", not signed yet" : ", signed as " + certificate->path)
    );
}

void examine_list(Examination& exam, const LookedAtFile& file) {
    exam.role(file, "revocation list with " + std::to_string(file.list->size()) + " entries");
    const bool known =
        std::any_of(exam.set.anchors().begin(), exam.set.anchors().end(), [&](const Anchor& each) {
            return file.list->is_signed_by(each.certificate);
        });
    if (!known) exam.error(file, "none of the authorities has signed this revocation list");
    if (file.list->next_update() <= exam.now) {
        exam.error(
            file,
            "the revocation list has ended on " + day_text(file.list->next_update()) +
                ": brokers that use it refuse all clients",
            "mqtt-certgen crl, or openssl ca -gencrl, makes a new one"
        );
    }
}

} // namespace mqtt_certgen
