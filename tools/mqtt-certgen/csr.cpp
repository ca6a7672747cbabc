// mqtt-certgen csr: a key, and a request for a certificate that another authority signs.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/cli/error.hpp"
#include "common/crypto/certificate_request.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/leaf_plans.hpp"

#include <ostream>

namespace mqtt_certgen {

namespace {

/// Only what was asked for: a public authority refuses localhost.
LeafPlan plan_for(const Job& job, const std::string& name) {
    const Settings& settings = job.settings;
    const bool hosts_given = !settings.hosts.empty() || !settings.addresses.empty();
    const bool server = settings.use ? *settings.use != Purpose::client : hosts_given;
    if (!server && !hosts_given) return client_plan(job, name);
    std::vector<std::string> hosts = settings.hosts;
    if (!hosts_given) hosts.push_back(name);
    return server_plan(job, file_stem(name), asked_names(hosts, settings));
}

} // namespace

cli::Outcome run_csr(Job& job) {
    const LeafPlan plan = plan_for(job, job.settings.words.front());
    const std::string request_path = job.path(plan.name + ".csr");
    const std::string key_file = key_path(job, plan.name);
    warn_about_key(job);
    make_folder(job.settings.folder);
    FileBatch files(job.settings.force);
    files.check_free(key_file);
    files.check_free(request_path);
    const std::string what = base::in_quotes(plan.name);
    const crypto::PrivateKey key = expect(crypto::PrivateKey::generate(key_kind(job)), what);
    const crypto::CertificateRequest request =
        expect(crypto::CertificateRequest::make(plan.subject, plan.names, key), what);
    files.add(key_file, key.to_pem().view(), FileAccess::owner);
    files.add(request_path, request.to_pem(), FileAccess::everybody);
    files.commit();
    if (job.settings.json) {
        base::JsonObject object;
        object.text("name", plan.name).text("request", request_path).text("key", key_file);
        job.tool.out << object.text("subject", request.subject_text()).str() << '\n';
    } else {
        job.tool.out << request_path << '\n' << key_file << '\n';
    }
    return {};
}

} // namespace mqtt_certgen
