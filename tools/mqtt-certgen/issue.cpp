#include "tools/mqtt-certgen/issue.hpp"

#include "common/base/escape.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <algorithm>
#include <utility>

namespace mqtt_certgen {

namespace {

crypto::CertificateTime end_of(Job& job, const Authority& authority, const LeafPlan& plan) {
    const crypto::CertificateTime last = authority.certificate.not_after();
    const bool server = plan.use != crypto::CertificateUse::client;
    const std::chrono::days usual = server ? server_days : client_days;
    const crypto::CertificateTime wanted = job.now + plan.days.value_or(usual);
    if (wanted <= last) return wanted;
    if (plan.days) {
        fail(
            "a certificate of " + std::to_string(plan.days->count()) +
                " days would outlive its authority, which ends on " + day_text(last),
            "fewer --days, or first mqtt-certgen renew ca"
        );
    }
    job.tool.console.note(
        base::in_quotes(plan.name) + " ends with its authority, on " + day_text(last)
    );
    return last;
}

/// Browsers and Apple's systems refuse servers' certificates that are valid for longer.
void warn_about_days(Job& job, const LeafPlan& plan) {
    constexpr std::chrono::days most{825};
    if (plan.use == crypto::CertificateUse::client || plan.days.value_or(most) <= most) return;
    job.tool.console.warning(
        "some clients refuse a server whose certificate is valid for more than 825 days (got " +
        std::to_string(plan.days->count()) + ")"
    );
}

} // namespace

Record record_of(const std::string& name, const crypto::Certificate& certificate) {
    const bool server = certificate.may_be_server();
    const bool client = certificate.may_be_client();
    Record record;
    record.name = name;
    record.serial = certificate.serial();
    record.subject = certificate.subject_text();
    record.use = server && client ? "server and client" : server ? "server" : "client";
    for (const crypto::AlternativeName& each : certificate.names())
        record.names.push_back(base::escaped(crypto::to_text(each)));
    record.not_before = certificate.not_before();
    record.not_after = certificate.not_after();
    record.fingerprint = certificate.fingerprint();
    return record;
}

crypto::KeyKind key_kind(const Job& job) {
    return job.settings.key.value_or(crypto::KeyKind::ec_p256);
}

std::string certificate_path(const Job& job, const std::string& name) {
    return job.path(name + ".crt");
}

std::string key_path(const Job& job, const std::string& name) {
    return job.path(name + ".key");
}

crypto::Subject subject_for(const Job& job, const std::string& common_name) {
    crypto::Subject subject{{"CN", common_name}};
    if (!job.settings.organization.empty()) subject.push_back({"O", job.settings.organization});
    return subject;
}

void warn_about_key(Job& job) {
    if (key_kind(job) != crypto::KeyKind::ed25519) return;
    job.tool.console.warning("many devices, browsers and the bridges of mosquitto cannot use "
                             "Ed25519; p256 works everywhere");
}

crypto::Certificate
issue_leaf(Job& job, Authority& authority, const LeafPlan& plan, const crypto::PublicKey& key) {
    warn_about_days(job, plan);
    if (plan.subject == authority.certificate.subject()) {
        fail(
            "the subject " + base::in_quotes(authority.certificate.subject_text()) +
                " is that of the authority; verifying would take one for the other",
            "another name"
        );
    }
    if (key == authority.certificate.public_key())
        fail("the key of " + base::in_quotes(plan.name) + " is that of the authority");
    const crypto::CertificatePlan full{
        .subject = plan.subject,
        .names = plan.names,
        .use = plan.use,
        .not_before = std::max(
            crypto::CertificateTime(job.now - clock_skew), authority.certificate.not_before()
        ),
        .not_after = end_of(job, authority, plan),
        .serial = crypto::random_serial(job.entropy)};
    crypto::Certificate certificate = expect(
        crypto::issue_certificate(full, key, authority.certificate, authority.key),
        base::in_quotes(plan.name)
    );
    job.tool.console.debug(
        plan.name + ": serial " + certificate.serial() + ", until " +
        to_text(certificate.not_after())
    );
    std::vector<Record>& records = authority.index.content().records;
    for (Record& each : records) {
        if (each.name == plan.name && each.status == Status::current)
            each.status = Status::replaced;
    }
    records.push_back(record_of(plan.name, certificate));
    return certificate;
}

crypto::Certificate
make_leaf(Job& job, Authority& authority, const LeafPlan& plan, FileBatch& files) {
    const crypto::PrivateKey key = expect(
        crypto::PrivateKey::generate(plan.key.value_or(key_kind(job))), base::in_quotes(plan.name)
    );
    crypto::Certificate certificate = issue_leaf(job, authority, plan, key.public_key());
    std::optional<gid_t> group = plan.key_group;
    if (!job.settings.group.empty() && plan.use != crypto::CertificateUse::client)
        group = group_number(job.settings.group);
    const crypto::SecretString text = key.to_pem();
    if (group) {
        files.add(key_path(job, plan.name), text.view(), *group);
    } else {
        files.add(key_path(job, plan.name), text.view(), FileAccess::owner);
    }
    files.add(certificate_path(job, plan.name), certificate.to_pem(), FileAccess::everybody);
    return certificate;
}

} // namespace mqtt_certgen
