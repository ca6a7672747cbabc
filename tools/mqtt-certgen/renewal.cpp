#include "tools/mqtt-certgen/renewal.hpp"

#include "common/base/escape.hpp"
#include "tools/mqtt-certgen/failure.hpp"

#include <algorithm>

namespace mqtt_certgen {

namespace {

crypto::CertificateUse use_of(const crypto::Certificate& certificate) {
    const bool server = certificate.may_be_server();
    const bool client = certificate.may_be_client();
    if (server && client) return crypto::CertificateUse::server_and_client;
    return server ? crypto::CertificateUse::server : crypto::CertificateUse::client;
}

} // namespace

bool is_revoked(Authority& authority, const crypto::Certificate& certificate) {
    const std::vector<Record>& records = authority.index.content().records;
    const std::string serial = certificate.serial();
    return std::any_of(records.begin(), records.end(), [&](const Record& each) {
        return each.serial == serial && each.status == Status::revoked;
    });
}

Renewal renewal_of(Job& job, const Authority& authority, const std::string& word) {
    const std::string name = file_stem(word);
    const std::string path = certificate_path(job, name);
    crypto::Certificate old =
        expect(crypto::Certificate::parse(read_text(path, "the certificate")), path);
    if (!old.is_signed_by(authority.certificate)) {
        fail(
            path + ": another authority has signed it", "--dir names the folder of the one that did"
        );
    }
    LeafPlan plan{
        .name = name,
        .subject = old.subject(),
        .names = {},
        .use = use_of(old),
        .days = job.settings.days,
        .key = {},
        .key_group = {}};
    for (crypto::AlternativeName& each : old.names()) {
        if (each.kind == crypto::NameKind::other) {
            job.tool.console.warning(
                path + ": a name of a kind that is not known here is left out of the new one"
            );
        } else {
            plan.names.push_back(std::move(each));
        }
    }
    return {std::move(plan), std::move(old)};
}

} // namespace mqtt_certgen
