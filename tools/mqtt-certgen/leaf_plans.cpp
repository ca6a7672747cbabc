#include "tools/mqtt-certgen/leaf_plans.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"

namespace mqtt_certgen {

LeafPlan server_plan(
    const Job& job, const std::string& stem, const std::vector<crypto::AlternativeName>& names
) {
    // A name that is too long for the subject is among the alternative names, which count.
    const std::string& first = names.front().value;
    const bool fits = crypto::problem_of_subject_value(first).empty();
    return {
        .name = stem,
        .subject = subject_for(job, fits ? first : "MQTT broker"),
        .names = names,
        .use = crypto::CertificateUse::server,
        .days = job.settings.days,
        .key = {},
        .key_group = {}};
}

LeafPlan client_plan(const Job& job, const std::string& client) {
    if (const std::string wrong = crypto::problem_of_subject_value(client); !wrong.empty()) {
        throw cli::UsageError(
            "the client " + base::in_quotes(client) + " cannot be in a certificate: " + wrong
        );
    }
    LeafPlan plan{
        .name = file_stem(client),
        .subject = subject_for(job, client),
        .names = {},
        .use = crypto::CertificateUse::client,
        .days = job.settings.days,
        .key = {},
        .key_group = {}};
    const auto host = crypto::parse_host(client);
    if (host && host->kind == crypto::NameKind::dns && host->value.front() != '*')
        plan.names.push_back(*host);
    return plan;
}

void check_free(const Job& job, const FileBatch& files, const LeafPlan& plan) {
    files.check_free(certificate_path(job, plan.name));
    files.check_free(key_path(job, plan.name));
}

} // namespace mqtt_certgen
