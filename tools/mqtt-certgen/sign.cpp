// mqtt-certgen sign: a certificate for a request that was made elsewhere. Of the request only its
// key, its subject and its names count; what the certificate may be used for is said here.
#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/certificate_request.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/leaf_plans.hpp"
#include "tools/mqtt-certgen/made.hpp"

#include <algorithm>
#include <filesystem>

namespace mqtt_certgen {

namespace {

using crypto::AlternativeName;
using crypto::NameKind;

crypto::CertificateUse use_of(const Settings& settings) {
    switch (settings.use.value_or(Purpose::client)) {
    case Purpose::server:
        return crypto::CertificateUse::server;
    case Purpose::both:
        return crypto::CertificateUse::server_and_client;
    case Purpose::any:
    case Purpose::client:
        break;
    }
    return crypto::CertificateUse::client;
}

/// A name that parse_host() would take, or an address of mail or web in plain letters.
bool can_be_signed(const AlternativeName& name) {
    if (name.kind == NameKind::other) return false;
    if (name.kind == NameKind::dns || name.kind == NameKind::address) {
        const auto host = crypto::parse_host(name.value);
        return host && host->kind == name.kind;
    }
    return std::all_of(name.value.begin(), name.value.end(), [](char c) {
        return c > ' ' && c < '\x7F';
    });
}

std::vector<AlternativeName>
names_for(Job& job, const crypto::CertificateRequest& request, bool server) {
    const Settings& settings = job.settings;
    if (!settings.hosts.empty() || !settings.addresses.empty())
        return asked_names(settings.hosts, settings);
    std::vector<AlternativeName> names;
    for (AlternativeName& each : request.names()) {
        if (can_be_signed(each)) {
            names.push_back(std::move(each));
        } else {
            job.tool.console.warning(
                "the name " + base::in_quotes(crypto::to_text(each)) +
                " of the request cannot be signed and is left out"
            );
        }
    }
    if (!server || !names.empty()) return names;
    // Requests made by hand name the host only as the common name, which clients do not look at.
    const std::string common_name = value_of(request.subject(), "CN");
    auto host = crypto::parse_host(common_name);
    if (host) return {std::move(*host)};
    fail(
        "the request names no host (its common name is " + base::in_quotes(common_name) + ")",
        "--host and --ip say what clients connect to"
    );
}

LeafPlan plan_for(Job& job, const std::string& file, const crypto::CertificateRequest& request) {
    const Settings& settings = job.settings;
    const std::string name =
        settings.name.empty() ? std::filesystem::path(file).stem().string() : settings.name;
    LeafPlan plan{
        .name = file_stem(name),
        .subject = request.subject(),
        .names = {},
        .use = use_of(settings),
        .days = settings.days,
        .key = {},
        .key_group = {}};
    for (const crypto::SubjectPart& part : plan.subject) {
        if (const std::string wrong = crypto::problem_of_subject_value(part.value);
            !wrong.empty()) {
            fail(
                file + ": " + part.field + " of its subject cannot be in a certificate: " + wrong +
                " (got " + base::in_quotes(part.value) + ")"
            );
        }
    }
    const bool server = plan.use != crypto::CertificateUse::client;
    plan.names = names_for(job, request, server);
    if (!value_of(plan.subject, "CN").empty()) return plan;
    plan.subject.push_back({"CN", server ? plan.names.front().value : name});
    return plan;
}

} // namespace

cli::Outcome run_sign(Job& job) {
    const std::string& file = job.settings.words.front();
    const crypto::CertificateRequest request =
        expect(crypto::CertificateRequest::parse(read_text(file, "the request")), file);
    if (const std::string weak = request.public_key().weakness(); !weak.empty())
        fail(file + ": " + weak);
    const LeafPlan plan = plan_for(job, file, request);
    FileBatch files(job.settings.force);
    files.check_free(certificate_path(job, plan.name));
    Authority authority = open_authority(job);
    const crypto::Certificate certificate = issue_leaf(job, authority, plan, request.public_key());
    files.add(certificate_path(job, plan.name), certificate.to_pem(), FileAccess::everybody);
    authority.index.save();
    files.commit();
    say_made(job, {{.name = plan.name, .certificate = certificate, .with_key = false}});
    return {};
}

} // namespace mqtt_certgen
