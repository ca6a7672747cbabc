#include "tools/mqtt-certgen/authority.hpp"

#include "common/base/escape.hpp"
#include "common/cli/read_whole.hpp"
#include "common/crypto/issue_certificate.hpp"
#include "common/crypto/revocation_list.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/issue.hpp"
#include "tools/mqtt-certgen/key_file.hpp"
#include "tools/mqtt-certgen/passphrase_source.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace mqtt_certgen {

namespace {

constexpr std::size_t largest_file = 16UL * 1024UL * 1024UL;

PassphraseQuestion question() {
    return {"the authority's key", "--ca-pass-file or --ca-pass-env"};
}

crypto::PrivateKey read_authority_key(Job& job) {
    const std::string path = job.path(authority_key);
    std::string text = read_text(path, "the authority's key");
    const crypto::SecretString secret(std::move(text));
    return open_key(job, path, secret.view(), job.settings.authority_pass, question());
}

std::string authority_name(const Job& job, const std::string& host) {
    if (!job.settings.authority_name.empty()) return job.settings.authority_name;
    std::string name = "MQTT CA of " + host;
    return crypto::problem_of_subject_value(name).empty() ? name : "MQTT CA";
}

std::string key_text(Job& job, const crypto::PrivateKey& key) {
    if (job.settings.no_pass) return std::string(key.to_pem().view());
    const crypto::SecretString phrase =
        new_passphrase(job.settings.authority_pass, question(), job);
    if (!phrase.empty()) return expect(key.to_encrypted_pem(phrase.view()), "the authority's key");
    job.tool.console.warning(
        "the authority's key is not encrypted, because nobody could be asked for a pass phrase; "
        "--ca-pass-file gives one, --no-pass says that none is wanted"
    );
    return std::string(key.to_pem().view());
}

} // namespace

std::string read_text(const std::string& path, const std::string& what) {
    return cli::read_file(path, largest_file, what);
}

crypto::Certificate read_authority_certificate(const Job& job) {
    const std::string path = job.path(authority_certificate);
    if (::access(path.c_str(), F_OK) != 0) {
        fail(
            "there is no authority in " + base::in_quotes(job.settings.folder) + ": no " +
                std::string(authority_certificate),
            "mqtt-certgen init makes one with all that belongs to it; --dir names another folder"
        );
    }
    return expect(crypto::Certificate::parse(read_text(path, "the authority's certificate")), path);
}

Authority open_authority(Job& job, AuthorityTime time) {
    crypto::Certificate certificate = read_authority_certificate(job);
    const std::string path = job.path(authority_certificate);
    if (!certificate.is_authority()) {
        fail(
            path + ": this is no authority, it lacks the basic constraint CA:TRUE",
            "ca.crt must be the certificate of the authority, not of a server"
        );
    }
    if (time == AuthorityTime::must_be_valid && certificate.not_after() <= job.now) {
        fail(
            path + ": the authority has expired on " + day_text(certificate.not_after()),
            "mqtt-certgen renew ca gives it more time; all clients need the new ca.crt then"
        );
    }
    crypto::PrivateKey key = read_authority_key(job);
    if (!(key.public_key() == certificate.public_key()))
        fail(job.path(authority_key) + ": the key does not belong to " + path);
    return {std::move(certificate), std::move(key), Index::open(job.path(index_file))};
}

Authority make_authority(Job& job, FileBatch& files, const std::string& host) {
    for (const std::string_view name : {authority_certificate, authority_key, authority_list})
        files.check_free(job.path(name));
    make_folder(job.settings.folder);
    crypto::PrivateKey key = expect(crypto::PrivateKey::generate(key_kind(job)), "the authority");
    const std::string text = key_text(job, key);
    crypto::CertificatePlan plan{
        .subject = {{"CN", authority_name(job, host)}},
        .names = {},
        .use = crypto::CertificateUse::authority,
        .not_before = job.now - clock_skew,
        .not_after = job.now + job.settings.authority_days,
        .serial = crypto::random_serial(job.entropy)};
    if (!job.settings.organization.empty())
        plan.subject.push_back({"O", job.settings.organization});
    crypto::Certificate certificate = expect(crypto::issue_authority(plan, key), "the authority");
    files.add(job.path(authority_key), text, FileAccess::owner);
    files.add(job.path(authority_certificate), certificate.to_pem(), FileAccess::everybody);
    Authority made{std::move(certificate), std::move(key), Index::open(job.path(index_file))};
    IndexContent& content = made.index.content();
    if (const std::size_t before = content.records.size(); before > 0) {
        job.tool.console.warning(
            "what the old authority signed is not valid any more: " + std::to_string(before) +
            (before == 1 ? " certificate" : " certificates")
        );
    }
    content.records.clear();
    write_list(job, made, files);
    return made;
}

void write_list(Job& job, Authority& authority, FileBatch& files) {
    IndexContent& content = authority.index.content();
    crypto::RevocationPlan plan;
    for (const Record& each : content.records) {
        if (each.status != Status::revoked) continue;
        const auto* const reason = std::find_if(
            crypto::revocation_reasons.begin(),
            crypto::revocation_reasons.end(),
            [&](const crypto::RevocationReason& known) { return known.word == each.reason; }
        );
        const int code = reason == crypto::revocation_reasons.end() ? 0 : reason->code;
        plan.revoked.push_back({each.serial, each.revoked_at, code});
    }
    plan.this_update = job.now - clock_skew;
    plan.next_update = std::min(
        crypto::CertificateTime(job.now + job.settings.list_days), authority.certificate.not_after()
    );
    plan.number = ++content.list_number;
    const crypto::RevocationList list = expect(
        crypto::RevocationList::make(plan, authority.certificate, authority.key),
        "the revocation list"
    );
    files.add(job.path(authority_list), list.to_pem(), FileAccess::everybody);
}

} // namespace mqtt_certgen
