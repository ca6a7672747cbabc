// mqtt-certgen renew: the same key, subject and names with a new time. Also for the authority,
// whose new certificate verifies what the old one signed.
#include "common/base/escape.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/made.hpp"
#include "tools/mqtt-certgen/renewal.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mqtt_certgen {

namespace {

std::set<std::string> ending_soon(const Job& job, const IndexContent& content) {
    const crypto::CertificateTime limit = job.now + *job.settings.warn_days;
    std::set<std::string> names;
    for (const Record& each : content.records) {
        if (each.status == Status::current && each.not_after <= limit) names.insert(each.name);
    }
    return names;
}

Made renew_authority(Job& job, Authority& authority, FileBatch& files) {
    const crypto::Certificate& old = authority.certificate;
    const crypto::CertificatePlan plan{
        .subject = old.subject(),
        .names = {},
        .use = crypto::CertificateUse::authority,
        .not_before = job.now - clock_skew,
        .not_after = job.now + job.settings.days.value_or(job.settings.authority_days),
        .serial = crypto::random_serial(job.entropy)};
    crypto::Certificate fresh =
        expect(crypto::issue_authority(plan, authority.key), "the authority");
    files.add(job.path(authority_certificate), fresh.to_pem(), FileAccess::everybody);
    job.tool.console.note(
        "the new " + job.path(authority_certificate) +
        " goes to all clients before the old one ends; certificates stay valid"
    );
    authority.certificate = fresh;
    return {.name = "ca", .certificate = std::move(fresh), .with_key = false};
}

Made renew_leaf(Job& job, Authority& authority, const std::string& word, FileBatch& files) {
    const Renewal renewal = renewal_of(job, authority, word);
    if (is_revoked(authority, renewal.old)) {
        fail(
            base::in_quotes(renewal.plan.name) +
                " was revoked, and its key should not be used any more",
            "mqtt-certgen rekey makes a new key as well"
        );
    }
    crypto::Certificate fresh = issue_leaf(job, authority, renewal.plan, renewal.old.public_key());
    files.add(certificate_path(job, renewal.plan.name), fresh.to_pem(), FileAccess::everybody);
    return {.name = renewal.plan.name, .certificate = std::move(fresh), .with_key = false};
}

} // namespace

cli::Outcome run_renew(Job& job) {
    const Settings& settings = job.settings;
    std::set<std::string> names(settings.words.begin(), settings.words.end());
    // Who has nothing to renew is not asked for a pass phrase.
    if (settings.warn_days) names = ending_soon(job, Index::read(job.path(index_file)));
    if (names.empty()) return {};
    FileBatch files(true);
    const bool with_authority = names.contains("ca");
    Authority authority = open_authority(
        job, with_authority ? AuthorityTime::may_be_over : AuthorityTime::must_be_valid
    );
    std::vector<Made> made;
    // The authority first: what it signs must not outlive it.
    if (names.erase("ca") > 0) made.push_back(renew_authority(job, authority, files));
    for (const std::string& name : names)
        made.push_back(renew_leaf(job, authority, name, files));
    authority.index.save();
    files.commit();
    say_made(job, made);
    return {};
}

} // namespace mqtt_certgen
