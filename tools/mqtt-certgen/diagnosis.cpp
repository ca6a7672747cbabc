#include "tools/mqtt-certgen/diagnosis.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/verify_certificate.hpp"
#include "tools/mqtt-certgen/describe.hpp"
#include "tools/mqtt-certgen/settings.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <algorithm>
#include <utility>

namespace mqtt_certgen {

namespace {

using crypto::Certificate;

bool is_trust_anchor(const Certificate& certificate) {
    return certificate.is_authority() ||
           (certificate.is_self_issued() && certificate.is_signed_by(certificate));
}

class Doctor {
public:
    Doctor(
        const std::vector<LookedAtFile>& files,
        const std::optional<crypto::AlternativeName>& host,
        crypto::CertificateTime now
    )
        : files_(files), host_(host), now_(now) {
        for (const LookedAtFile& file : files_) {
            for (const Certificate& each : file.certificates) {
                if (is_trust_anchor(each)) anchors_.push_back({&file, each});
            }
        }
    }

    Diagnosis run() {
        for (const LookedAtFile& file : files_)
            look_at(file);
        if (anchors_.empty() && has_certificates()) {
            found(
                Severity::error,
                files_.front(),
                "there is no certificate of an authority among the files",
                "clients need it as cafile; it is the one that signed the others"
            );
        }
        return std::move(result_);
    }

private:
    struct Anchor {
        const LookedAtFile* file;
        Certificate certificate;
    };

    void found(Severity severity, const LookedAtFile& file, std::string message, std::string hint) {
        result_.findings.push_back({severity, file.path, std::move(message), std::move(hint)});
    }

    void error(const LookedAtFile& file, std::string message, std::string hint = {}) {
        found(Severity::error, file, std::move(message), std::move(hint));
    }

    void warning(const LookedAtFile& file, std::string message, std::string hint = {}) {
        found(Severity::warning, file, std::move(message), std::move(hint));
    }

    void role(const LookedAtFile& file, std::string text) {
        result_.roles.push_back({file.path, std::move(text)});
    }

    [[nodiscard]] bool has_certificates() const {
        return std::any_of(files_.begin(), files_.end(), [](const LookedAtFile& file) {
            return !file.certificates.empty();
        });
    }

    /// The first authority that signed it.
    [[nodiscard]] const Anchor* signer_of(const Certificate& certificate) const {
        const auto found = std::find_if(anchors_.begin(), anchors_.end(), [&](const Anchor& each) {
            return certificate.is_signed_by(each.certificate);
        });
        return found == anchors_.end() ? nullptr : &*found;
    }

    [[nodiscard]] const LookedAtFile* key_of(const Certificate& certificate) const {
        const auto found =
            std::find_if(files_.begin(), files_.end(), [&](const LookedAtFile& file) {
                return file.key && file.key->public_key() == certificate.public_key();
            });
        return found == files_.end() ? nullptr : &*found;
    }

    [[nodiscard]] const LookedAtFile* certificate_of(const crypto::PublicKey& key) const {
        const auto found =
            std::find_if(files_.begin(), files_.end(), [&](const LookedAtFile& file) {
                return std::any_of(
                    file.certificates.begin(),
                    file.certificates.end(),
                    [&](const Certificate& each) { return each.public_key() == key; }
                );
            });
        return found == files_.end() ? nullptr : &*found;
    }

    void look_at(const LookedAtFile& file) {
        if (!file.unreadable.empty()) return error(file, file.unreadable);
        if (!file.damage.empty()) error(file, file.damage);
        if (file.is_empty()) {
            if (file.damage.empty()) {
                error(
                    file,
                    "there is neither a certificate nor a key in it",
                    "PEM files begin with -----BEGIN …; openssl pkcs12 takes a .p12 apart"
                );
            }
            return;
        }
        if (file.binary) {
            error(
                file,
                "it is DER, brokers and clients want PEM",
                "openssl x509 -inform der or pkey -inform der converts it"
            );
        }
        for (const Certificate& each : file.certificates)
            look_at_certificate(file, each);
        if (file.key || file.encrypted) look_at_key(file);
        if (file.request) look_at_request(file);
        if (file.list) look_at_list(file);
    }

    void look_at_certificate(const LookedAtFile& file, const Certificate& certificate) {
        look_at_dates(file, certificate);
        if (const std::string weak = certificate.public_key().weakness(); !weak.empty())
            error(file, weak, "a new key is needed");
        const std::string algorithm = certificate.signature_algorithm();
        if (algorithm.find("sha1") != std::string::npos ||
            algorithm.find("md5") != std::string::npos) {
            error(
                file,
                "its signature (" + algorithm + ") is refused by TLS today",
                "sign again with SHA-256 (openssl: -sha256)"
            );
        }
        if (is_trust_anchor(certificate)) return look_at_anchor(file, certificate);
        look_at_leaf(file, certificate);
    }

    void look_at_dates(const LookedAtFile& file, const Certificate& certificate) {
        const std::string end = day_text(certificate.not_after());
        if (certificate.not_after() <= now_) {
            error(file, "it has expired on " + end, "it must be signed again");
        } else if (certificate.not_after() <= now_ + warning_days) {
            warning(
                file, "it ends " + distance_text(certificate.not_after(), now_) + ", on " + end
            );
        }
        if (certificate.not_before() > now_) {
            error(
                file,
                "it is not valid before " + day_text(certificate.not_before()),
                "is the clock of this machine right?"
            );
        }
    }

    void look_at_anchor(const LookedAtFile& file, const Certificate& certificate) {
        const std::string subject = base::in_quotes(certificate.subject_text());
        if (!certificate.is_authority()) {
            warning(
                file,
                "it has signed itself and is no authority (CA:TRUE is missing)",
                "it can stand for itself as cafile, but sign nothing; openssl req -x509 "
                "-extensions v3_ca makes an authority"
            );
            role(file, "certificate " + subject + ", signed by itself");
            look_at_names(file, certificate);
            return;
        }
        role(file, "authority " + subject);
        if (result_.authority.empty()) result_.authority = file.path;
        const auto usage = certificate.key_usage();
        if (usage && std::find(usage->begin(), usage->end(), "keyCertSign") == usage->end()) {
            error(
                file, "its key usage does not let it sign certificates", "keyCertSign is missing"
            );
        }
        if (key_of(certificate) != nullptr && key_of(certificate)->encrypted) return;
        if (key_of(certificate) != nullptr) {
            warning(
                *key_of(certificate),
                "the authority's key has no pass phrase",
                "a broker does not need this key: keep it elsewhere, or mqtt-certgen passphrase " +
                    key_of(certificate)->path
            );
        }
    }

    void look_at_leaf(const LookedAtFile& file, const Certificate& certificate) {
        if (certificate.version() < 3) {
            warning(
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
            error(
                file,
                "it may be used neither as server nor as client",
                "extended key usage serverAuth or clientAuth"
            );
        }
        std::string text = server && client ? "certificate "
                           : server         ? "server's certificate "
                                            : "client's certificate ";
        text += base::in_quotes(certificate.subject_text());
        const Anchor* const signer = signer_of(certificate);
        if (certificate.is_self_issued()) {
            error(
                file,
                "its subject is the same as that of its authority, " +
                    base::in_quotes(certificate.issuer_text()) +
                    ", so that it seems to have signed itself",
                "the common name of a server is its host, that of an authority is another"
            );
        } else if (signer != nullptr) {
            verify(file, certificate);
        } else if (!anchors_.empty()) {
            look_for_signer(file, certificate);
        }
        if (signer != nullptr) text += ", signed by " + signer->file->path;
        if (const LookedAtFile* const key = key_of(certificate)) {
            text += ", with " + key->path;
            if (server && result_.certificate.empty()) {
                result_.certificate = file.path;
                result_.key = key->path;
            }
        }
        role(file, std::move(text));
        if (server) look_at_names(file, certificate);
    }

    /// What is said elsewhere in other words is left out.
    void verify(const LookedAtFile& file, const Certificate& certificate) {
        crypto::Verification rules;
        for (const Anchor& each : anchors_)
            rules.trusted.push_back(each.certificate);
        for (const LookedAtFile& each : files_) {
            if (each.list && each.list->issuer_text() == certificate.issuer_text())
                rules.lists.push_back(*each.list);
        }
        // Its own times are said elsewhere; the last second does not count as valid.
        const auto last = certificate.not_after() - std::chrono::seconds(1);
        rules.now = std::max(certificate.not_before(), std::min(now_, last));
        for (const crypto::CryptoProblem& each : crypto::verify_certificate(certificate, rules))
            error(file, each.message, each.hint);
    }

    void look_for_signer(const LookedAtFile& file, const Certificate& certificate) {
        const std::string issuer = certificate.issuer_text();
        const auto same_name =
            std::find_if(anchors_.begin(), anchors_.end(), [&](const Anchor& each) {
                return each.certificate.subject_text() == issuer;
            });
        if (same_name != anchors_.end()) {
            error(
                file,
                "an authority of the name " + base::in_quotes(issuer) +
                    " has signed it, but not with the key of " + same_name->file->path,
                "was the authority made again? then all it signed must be signed again"
            );
        } else {
            error(
                file,
                base::in_quotes(issuer) + " has signed it, which is not among the files",
                "the CA file must hold that authority"
            );
        }
    }

    void look_at_names(const LookedAtFile& file, const Certificate& certificate) {
        if (host_ && !certificate.is_valid_for(*host_)) {
            error(
                file,
                "it is not valid for " + crypto::to_text(*host_) +
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
            error(
                file,
                "its common name is an address, which no client looks at: " + base::in_quotes(name),
                hint
            );
        } else if (!host) {
            error(
                file,
                "it names no host: no subject alternative names, and the common name is " +
                    base::in_quotes(name),
                hint
            );
        } else {
            warning(
                file,
                "it has no subject alternative names: browsers, Go, Android and others refuse it; "
                "mosquitto's clients "
                "take the common name " +
                    base::in_quotes(name) + ", but never an address",
                hint
            );
        }
    }

    void look_at_key(const LookedAtFile& file) {
        if (file.open_to_others)
            warning(file, "every user of this machine can read the key", "chmod 600 " + file.path);
        if (!file.key) return look_at_closed_key(file);
        const LookedAtFile* const certificate = certificate_of(file.key->public_key());
        if (certificate == nullptr) {
            role(file, "key");
            if (has_certificates()) {
                error(
                    file,
                    "it belongs to none of the certificates",
                    "a certificate holds for the key of its request only"
                );
            }
            return;
        }
        if (certificate != &file) role(file, "key of " + certificate->path);
        const bool authority =
            std::any_of(anchors_.begin(), anchors_.end(), [&](const Anchor& each) {
                return each.certificate.public_key() == file.key->public_key();
            });
        if (file.encrypted && !authority) {
            error(
                file,
                "it has a pass phrase: a broker that starts unattended cannot ask for it",
                "mqtt-certgen passphrase --no-pass " + file.path
            );
        }
    }

    /// Of what it belongs to is known only what is left when all others have theirs.
    void look_at_closed_key(const LookedAtFile& file) {
        const bool others_have_theirs =
            std::all_of(files_.begin(), files_.end(), [&](const LookedAtFile& each) {
                return std::all_of(
                    each.certificates.begin(),
                    each.certificates.end(),
                    [&](const Certificate& one) {
                        return is_trust_anchor(one) || key_of(one) != nullptr;
                    }
                );
            });
        if (others_have_theirs && !anchors_.empty()) {
            role(file, "key with a pass phrase, the authority's");
            return;
        }
        role(file, "key with a pass phrase");
        warning(
            file,
            "it is encrypted, so what it belongs to is not known",
            "--pass-file opens it; a broker's key must have no pass phrase, or nobody can start it "
            "unattended"
        );
    }

    void look_at_request(const LookedAtFile& file) {
        const LookedAtFile* const certificate = certificate_of(file.request->public_key());
        role(
            file,
            "request " + base::in_quotes(file.request->subject_text()) +
                (certificate == nullptr ? ", not signed yet" : ", signed as " + certificate->path)
        );
    }

    void look_at_list(const LookedAtFile& file) {
        role(file, "revocation list with " + std::to_string(file.list->size()) + " entries");
        const bool known = std::any_of(anchors_.begin(), anchors_.end(), [&](const Anchor& each) {
            return file.list->is_signed_by(each.certificate);
        });
        if (!known) error(file, "none of the authorities has signed this revocation list");
        if (file.list->next_update() <= now_) {
            error(
                file,
                "the revocation list has ended on " + day_text(file.list->next_update()) +
                    ": brokers that use it refuse all clients",
                "mqtt-certgen crl, or openssl ca -gencrl, makes a new one"
            );
        }
    }

    const std::vector<LookedAtFile>& files_;
    const std::optional<crypto::AlternativeName>& host_;
    crypto::CertificateTime now_;
    std::vector<Anchor> anchors_;
    Diagnosis result_;
};

} // namespace

Diagnosis diagnose(
    const std::vector<LookedAtFile>& files,
    const std::optional<crypto::AlternativeName>& host,
    crypto::CertificateTime now
) {
    return Doctor(files, host, now).run();
}

} // namespace mqtt_certgen
