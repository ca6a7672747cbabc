#include "tools/mqtt-certgen/diagnosis.hpp"

#include "tools/mqtt-certgen/examination.hpp"

#include <utility>

namespace mqtt_certgen {

namespace {

void look_at(Examination& exam, const LookedAtFile& file) {
    if (!file.unreadable.empty()) return exam.error(file, file.unreadable);
    if (!file.damage.empty()) exam.error(file, file.damage);
    if (file.is_empty()) {
        if (file.damage.empty()) {
            exam.error(
                file,
                "there is neither a certificate nor a key in it",
                "PEM files begin with -----BEGIN …; openssl pkcs12 takes a .p12 apart"
            );
        }
        return;
    }
    if (file.binary) {
        exam.error(
            file,
            "it is DER, brokers and clients want PEM",
            "openssl x509 -inform der or pkey -inform der converts it"
        );
    }
    for (const crypto::Certificate& each : file.certificates)
        examine_certificate(exam, file, each);
    if (file.key || file.encrypted) examine_key(exam, file);
    if (file.request) examine_request(exam, file);
    if (file.list) examine_list(exam, file);
}

} // namespace

Diagnosis diagnose(
    const std::vector<LookedAtFile>& files,
    const std::optional<crypto::AlternativeName>& host,
    crypto::CertificateTime now
) {
    const LookedAtSet set(files);
    Examination exam{set, host, now};
    for (const LookedAtFile& file : files)
        look_at(exam, file);
    if (set.anchors().empty() && set.has_certificates()) {
        exam.error(
            files.front(),
            "there is no certificate of an authority among the files",
            "clients need it as cafile; it is the one that signed the others"
        );
    }
    return std::move(exam.result);
}

} // namespace mqtt_certgen
