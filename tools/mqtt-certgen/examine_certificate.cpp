// What is wrong with one certificate of the set: its dates, its key and signature, what it may be
// used for, who signed it, and the names it is for.
#include "common/base/escape.hpp"
#include "common/crypto/verify_certificate.hpp"
#include "tools/mqtt-certgen/describe.hpp"
#include "tools/mqtt-certgen/examination.hpp"
#include "tools/mqtt-certgen/settings.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <algorithm>
#include <utility>

namespace mqtt_certgen {

namespace {

using crypto::Certificate;
using Anchor = LookedAtSet::Anchor;

void look_at_dates(Examination& exam, const LookedAtFile& file, const Certificate& certificate) {
    const std::string end = day_text(certificate.not_after());
    if (certificate.not_after() <= exam.now) {
        exam.error(file, "it has expired on " + end, "it must be signed again");
    } else if (certificate.not_after() <= exam.now + warning_days) {
        exam.warning(
            file, "it ends " + distance_text(certificate.not_after(), exam.now) + ", on " + end
        );
    }
    if (certificate.not_before() > exam.now) {
        exam.error(
            file,
            "it is not valid before " + day_text(certificate.not_before()),
            "is the clock of this machine right?"
        );
    }
}

void look_at_names(Examination& exam, const LookedAtFile& file, const Certificate& certificate) {
    if (exam.host && !certificate.is_valid_for(*exam.host)) {
        exam.error(
            file,
            "it is not valid for " + crypto::to_text(*exam.host) +
                " (its names: " + joined(certificate.names()) + ")",
            "its subject alternative names must have what clients connect to"
        );
    }
    if (!certificate.names().empty()) return;
    const std::string name = certificate.common_name();
    const auto host = crypto::parse_host(name);
    const std::string hint = "mqtt-certgen sign --as server FILE.csr adds them; openssl: "
                             "-addext or -extfile with subjectAltName";
    if (host && host->kind == crypto::NameKind::address) {
        exam.error(
            file,
            "its common name is an address, which no client looks at: " + base::in_quotes(name),
            hint
        );
    } else if (!host) {
        exam.error(
            file,
            "it names no host: no subject alternative names, and the common name is " +
                base::in_quotes(name),
            hint
        );
    } else {
        exam.warning(
            file,
            "it has no subject alternative names: browsers, Go, Android and others refuse it; "
            "mosquitto's clients "
            "take the common name " +
                base::in_quotes(name) + ", but never an address",
            hint
        );
    }
}

/// What is said elsewhere in other words is left out.
void verify(Examination& exam, const LookedAtFile& file, const Certificate& certificate) {
    crypto::Verification rules;
    for (const Anchor& each : exam.set.anchors())
        rules.trusted.push_back(each.certificate);
    for (const LookedAtFile& each : exam.set.files()) {
        if (each.list && each.list->issuer_text() == certificate.issuer_text())
            rules.lists.push_back(*each.list);
    }
    // Its own times are said elsewhere; the last second does not count as valid.
    const auto last = certificate.not_after() - std::chrono::seconds(1);
    rules.now = std::max(certificate.not_before(), std::min(exam.now, last));
    for (const crypto::CryptoProblem& each : crypto::verify_certificate(certificate, rules))
        exam.error(file, each.message, each.hint);
}

void look_for_signer(Examination& exam, const LookedAtFile& file, const Certificate& certificate) {
    const std::string issuer = certificate.issuer_text();
    const auto same_name =
        std::find_if(exam.set.anchors().begin(), exam.set.anchors().end(), [&](const Anchor& each) {
            return each.certificate.subject_text() == issuer;
        });
    if (same_name != exam.set.anchors().end()) {
        exam.error(
            file,
            "an authority of the name " + base::in_quotes(issuer) +
                " has signed it, but not with the key of " + same_name->file->path,
            "was the authority made again? then all it signed must be signed again"
        );
    } else {
        exam.error(
            file,
            base::in_quotes(issuer) + " has signed it, which is not among the files",
            "the CA file must hold that authority"
        );
    }
}

void look_at_anchor(Examination& exam, const LookedAtFile& file, const Certificate& certificate) {
    const std::string subject = base::in_quotes(certificate.subject_text());
    if (!certificate.is_authority()) {
        exam.warning(
            file,
            "it has signed itself and is no authority (CA:TRUE is missing)",
            "it can stand for itself as cafile, but sign nothing; openssl req -x509 "
            "-extensions v3_ca makes an authority"
        );
        exam.role(file, "certificate " + subject + ", signed by itself");
        look_at_names(exam, file, certificate);
        return;
    }
    exam.role(file, "authority " + subject);
    if (exam.result.authority.empty()) exam.result.authority = file.path;
    const auto usage = certificate.key_usage();
    if (usage && std::find(usage->begin(), usage->end(), "keyCertSign") == usage->end()) {
        exam.error(
            file, "its key usage does not let it sign certificates", "keyCertSign is missing"
        );
    }
    if (exam.set.key_of(certificate) != nullptr && exam.set.key_of(certificate)->encrypted) return;
    if (exam.set.key_of(certificate) != nullptr) {
        exam.warning(
            *exam.set.key_of(certificate),
            "the authority's key has no pass phrase",
            "a broker does not need this key: keep it elsewhere, or mqtt-certgen passphrase " +
                exam.set.key_of(certificate)->path
        );
    }
}

void look_at_leaf(Examination& exam, const LookedAtFile& file, const Certificate& certificate) {
    if (certificate.version() < 3) {
        exam.warning(
            file,
            "it is of version 1, without any extensions: browsers, Go, Android and others "
            "refuse it",
            "openssl x509 -req signs so without -extfile; mqtt-certgen sign --as server "
            "FILE.csr does not"
        );
    }
    const bool server = certificate.may_be_server();
    const bool client = certificate.may_be_client();
    if (!server && !client) {
        exam.error(
            file,
            "it may be used neither as server nor as client",
            "extended key usage serverAuth or clientAuth"
        );
    }
    std::string text = server && client ? "certificate "
                       : server         ? "server's certificate "
                                        : "client's certificate ";
    text += base::in_quotes(certificate.subject_text());
    const Anchor* const signer = exam.set.signer_of(certificate);
    if (certificate.is_self_issued()) {
        exam.error(
            file,
            "its subject is the same as that of its authority, " +
                base::in_quotes(certificate.issuer_text()) +
                ", so that it seems to have signed itself",
            "the common name of a server is its host, that of an authority is another"
        );
    } else if (signer != nullptr) {
        verify(exam, file, certificate);
    } else if (!exam.set.anchors().empty()) {
        look_for_signer(exam, file, certificate);
    }
    if (signer != nullptr) text += ", signed by " + signer->file->path;
    if (const LookedAtFile* const key = exam.set.key_of(certificate)) {
        text += ", with " + key->path;
        if (server && exam.result.certificate.empty()) {
            exam.result.certificate = file.path;
            exam.result.key = key->path;
        }
    }
    exam.role(file, std::move(text));
    if (server) look_at_names(exam, file, certificate);
}

} // namespace

void examine_certificate(
    Examination& exam, const LookedAtFile& file, const Certificate& certificate
) {
    look_at_dates(exam, file, certificate);
    if (const std::string weak = certificate.public_key().weakness(); !weak.empty())
        exam.error(file, weak, "a new key is needed");
    const std::string algorithm = certificate.signature_algorithm();
    if (algorithm.find("sha1") != std::string::npos || algorithm.find("md5") != std::string::npos) {
        exam.error(
            file,
            "its signature (" + algorithm + ") is refused by TLS today",
            "sign again with SHA-256 (openssl: -sha256)"
        );
    }
    if (is_trust_anchor(certificate)) return look_at_anchor(exam, file, certificate);
    look_at_leaf(exam, file, certificate);
}

} // namespace mqtt_certgen
