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

Record record_of(const LeafPlan& plan, const crypto::Certificate& certificate) {
    Record record;
    record.name = plan.name;
    record.serial = certificate.serial();
    record.subject = certificate.subject_text();
    record.use = word_of(plan.use);
    for (const crypto::AlternativeName& each : certificate.names())
        record.names.push_back(crypto::to_text(each));
    record.not_before = certificate.not_before();
    record.not_after = certificate.not_after();
    record.fingerprint = certificate.fingerprint();
    return record;
}

} // namespace

std::string_view word_of(crypto::CertificateUse use) {
    switch (use) {
    case crypto::CertificateUse::authority:
        return "authority";
    case crypto::CertificateUse::server:
        return "server";
    case crypto::CertificateUse::client:
        return "client";
    case crypto::CertificateUse::server_and_client:
        break;
    }
    return "server and client";
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
    if (job.settings.key != crypto::KeyKind::ed25519) return;
    job.tool.console.warning("many devices, browsers and the bridges of mosquitto cannot use "
                             "Ed25519; p256 works everywhere");
}

crypto::Certificate
issue_leaf(Job& job, Authority& authority, const LeafPlan& plan, const crypto::PublicKey& key) {
    warn_about_days(job, plan);
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
    std::vector<Record>& records = authority.index.content().records;
    for (Record& each : records) {
        if (each.name == plan.name && each.status == Status::current)
            each.status = Status::replaced;
    }
    records.push_back(record_of(plan, certificate));
    return certificate;
}

crypto::Certificate
make_leaf(Job& job, Authority& authority, const LeafPlan& plan, FileBatch& files) {
    const crypto::PrivateKey key =
        expect(crypto::PrivateKey::generate(job.settings.key), base::in_quotes(plan.name));
    crypto::Certificate certificate = issue_leaf(job, authority, plan, key.public_key());
    const crypto::SecretString text = key.to_pem();
    const std::string path = key_path(job, plan.name);
    if (job.settings.group.empty() || plan.use == crypto::CertificateUse::client) {
        files.add(path, text.view(), FileAccess::owner);
    } else {
        files.add(path, text.view(), group_number(job.settings.group));
    }
    files.add(certificate_path(job, plan.name), certificate.to_pem(), FileAccess::everybody);
    return certificate;
}

} // namespace mqtt_certgen
