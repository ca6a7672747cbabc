// mqtt-certgen verify: would a TLS peer take these certificates? All reasons against it, in words;
// exit code 1 when one is not good, 8 when all are but one ends soon.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/input_file.hpp"
#include "tools/mqtt-certgen/time_text.hpp"
#include "tools/mqtt-certgen/verify_rules.hpp"

#include <ostream>

namespace mqtt_certgen {

namespace {

using crypto::CryptoProblem;

std::vector<CryptoProblem> problems_of(const InputCertificates& input, crypto::Verification rules) {
    const crypto::Certificate& leaf = input.all.front();
    rules.intermediate.assign(input.all.begin() + 1, input.all.end());
    std::vector<CryptoProblem> problems = crypto::verify_certificate(leaf, rules);
    if (rules.purpose == crypto::VerifyFor::any && !leaf.is_authority() && !leaf.may_be_server() &&
        !leaf.may_be_client())
        problems.push_back({"it may be used neither as server nor as client", {}});
    if (const std::string weak = leaf.public_key().weakness(); !weak.empty())
        problems.push_back({weak, {}});
    return problems;
}

std::string json_of(
    const InputCertificates& input,
    const std::vector<CryptoProblem>& problems,
    crypto::CertificateTime now
) {
    std::vector<std::string> words;
    words.reserve(problems.size());
    for (const CryptoProblem& each : problems)
        words.push_back(each.message);
    const crypto::CertificateTime end = input.all.front().not_after();
    const auto days = std::chrono::floor<std::chrono::days>(end - now).count();
    base::JsonObject object;
    object.text("file", input.path).flag("valid", problems.empty()).texts("problems", words);
    object.text("not_after", to_text(end));
    object.number("days_left", days < 0 ? 0 : static_cast<std::uint64_t>(days));
    return object.str();
}

void say(Job& job, const InputCertificates& input, const std::vector<CryptoProblem>& problems) {
    if (job.settings.json) job.tool.out << json_of(input, problems, job.now) << '\n';
    if (job.tool.console.quiet()) return;
    for (const CryptoProblem& each : problems)
        job.tool.console.error(base::escaped(input.path) + ": " + each.message, each.hint);
    if (!problems.empty() || job.settings.json) return;
    const crypto::CertificateTime end = input.all.front().not_after();
    job.tool.out << base::escaped(input.path) << ": good, ends on " << day_text(end) << ", "
                 << distance_text(end, job.now) << '\n';
}

} // namespace

cli::Outcome run_verify(Job& job) {
    crypto::Verification rules = verify_rules(job);
    rules.purpose = static_cast<crypto::VerifyFor>(job.settings.purpose);
    if (!job.settings.hosts.empty()) rules.host = host_of(job.settings.hosts.front());
    const crypto::CertificateTime soon = job.now + job.settings.warn_days.value_or(warning_days);
    bool all_good = true;
    bool ends_soon = false;
    for (const std::string& word : job.settings.words) {
        const InputCertificates input = read_certificates(job, word);
        const std::vector<CryptoProblem> problems = problems_of(input, rules);
        say(job, input, problems);
        all_good = all_good && problems.empty();
        if (!problems.empty() || input.all.front().not_after() > soon) continue;
        ends_soon = true;
        job.tool.console.warning(
            base::escaped(input.path) + ": it ends " +
            distance_text(input.all.front().not_after(), job.now)
        );
    }
    if (!all_good) return {.code = cli::ExitCode::local_error};
    return {.code = ends_soon ? cli::ExitCode::needs_attention : cli::ExitCode::ok};
}

} // namespace mqtt_certgen
