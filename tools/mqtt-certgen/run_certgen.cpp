#include "tools/mqtt-certgen/run_certgen.hpp"

#include "common/base/entropy.hpp"
#include "tools/mqtt-certgen/job.hpp"

namespace mqtt_certgen {

cli::Outcome run_certgen(cli::ToolContext& context) {
    auto settings = read_settings(context);
    if (!settings) return {};
    base::SystemEntropy entropy;
    Job job{*settings, context, entropy, time_of(context)};
    switch (settings->verb) {
    case Verb::init:
        return run_init(job);
    case Verb::ca:
        return run_ca(job);
    case Verb::server:
        return run_server(job);
    case Verb::client:
        return run_client(job);
    case Verb::csr:
        return run_csr(job);
    case Verb::sign:
        return run_sign(job);
    case Verb::renew:
        return run_renew(job);
    case Verb::rekey:
        return run_rekey(job);
    case Verb::revoke:
        return run_revoke(job);
    case Verb::crl:
        return run_crl(job);
    case Verb::list:
        return run_list(job);
    case Verb::show:
        return run_show(job);
    case Verb::verify:
        return run_verify(job);
    case Verb::check:
        return run_check(job);
    case Verb::doctor:
        return run_doctor(job);
    case Verb::export_files:
        return run_export(job);
    case Verb::passphrase:
        return run_passphrase(job);
    case Verb::snippet:
        break;
    }
    return run_snippet(job);
}

} // namespace mqtt_certgen
