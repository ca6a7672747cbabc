// mqtt-certgen list: what the authority has made. With --warn-days only what ends soon, for cron.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/crypto/revocation_list.hpp"
#include "common/crypto/secret_file.hpp"
#include "tools/mqtt-certgen/authority.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/index.hpp"
#include "tools/mqtt-certgen/job.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <algorithm>
#include <ostream>

namespace mqtt_certgen {

namespace {

/// The authority as a row among the others.
Record authority_record(const crypto::Certificate& certificate) {
    Record record;
    record.name = "ca";
    record.serial = certificate.serial();
    record.subject = certificate.subject_text();
    record.use = "authority";
    record.not_before = certificate.not_before();
    record.not_after = certificate.not_after();
    record.fingerprint = certificate.fingerprint();
    return record;
}

std::string_view state_of(const Record& record, crypto::CertificateTime now) {
    if (record.status == Status::current && record.not_after <= now) return "expired";
    return word_of(record.status);
}

void print_rows(std::ostream& out, const std::vector<Record>& rows, crypto::CertificateTime now) {
    std::size_t widest = 0;
    std::size_t widest_use = 0;
    for (const Record& each : rows) {
        widest = std::max(widest, each.name.size());
        widest_use = std::max(widest_use, each.use.size());
    }
    for (const Record& each : rows) {
        std::string name = each.name;
        name.resize(widest, ' ');
        std::string use = each.use;
        use.resize(widest_use, ' ');
        std::string state(state_of(each, now));
        state.resize(8, ' ');
        out << name << "  " << use << "  " << state << "  " << day_text(each.not_after) << "  "
            << each.serial << '\n';
    }
}

/// The row of a revocation list that ends too soon; a list that is over locks every client out.
std::optional<std::string> list_warning(const Job& job, crypto::CertificateTime limit) {
    const std::string path = job.path(authority_list);
    const auto text = crypto::read_secret_file(path);
    if (!text) return std::nullopt;
    const crypto::RevocationList list = expect(crypto::RevocationList::parse(*text), path);
    if (list.next_update() > limit) return std::nullopt;
    const bool over = list.next_update() <= job.now;
    return "the revocation list " + base::in_quotes(path) + (over ? " ended on " : " ends on ") +
           day_text(list.next_update()) + "; brokers that use it refuse all clients " +
           (over ? "since" : "then") + ": mqtt-certgen crl makes a new one";
}

} // namespace

cli::Outcome run_list(Job& job) {
    std::vector<Record> rows{authority_record(read_authority_certificate(job))};
    const IndexContent content = Index::read(job.path(index_file));
    rows.insert(rows.end(), content.records.begin(), content.records.end());
    cli::Outcome outcome;
    if (job.settings.warn_days) {
        const crypto::CertificateTime limit = job.now + *job.settings.warn_days;
        std::erase_if(rows, [&](const Record& each) {
            return each.status != Status::current || each.not_after > limit;
        });
        const auto warning = list_warning(job, limit);
        if (warning) job.tool.console.warning(*warning);
        if (!rows.empty() || warning) outcome.code = cli::ExitCode::needs_attention;
    }
    if (!job.settings.json) {
        print_rows(job.tool.out, rows, job.now);
        return outcome;
    }
    for (const Record& each : rows)
        job.tool.out << to_json(each) << '\n';
    return outcome;
}

} // namespace mqtt_certgen
