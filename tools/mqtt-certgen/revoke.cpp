// mqtt-certgen revoke: certificates are refused from now on by who reads the revocation list.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/issue.hpp"
#include "tools/mqtt-certgen/revocation.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <ostream>
#include <utility>

namespace mqtt_certgen {

namespace {

void mark(Record& record, crypto::CertificateTime now, std::string_view reason) {
    record.status = Status::revoked;
    record.revoked_at = now;
    record.reason = reason;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return text;
}

/// By serial, or all of a name that are still accepted.
std::vector<Record*> records_of(std::vector<Record>& records, const std::string& word) {
    std::vector<Record*> found;
    const std::string serial = upper(word);
    const std::string name = word == "ca" ? word : file_stem(word);
    for (Record& each : records) {
        if (each.serial == serial || each.name == name) found.push_back(&each);
    }
    return found;
}

/// A file with a certificate that the authority has signed, known to the index or not.
std::size_t revoke_file(Job& job, Authority& authority, const std::string& path) {
    const crypto::Certificate certificate =
        expect(crypto::Certificate::parse(read_text(path, "the certificate")), path);
    if (certificate == authority.certificate)
        fail(path + ": an authority cannot revoke itself", "clients must stop trusting its ca.crt");
    if (!certificate.is_signed_by(authority.certificate))
        fail(path + ": another authority has signed it, which alone can revoke it");
    const std::string name = file_stem(std::filesystem::path(path).stem().string());
    revoke_record(job, authority, certificate, name, job.settings.reason);
    return 1;
}

std::size_t revoke_word(Job& job, Authority& authority, const std::string& word) {
    const std::vector<Record*> found = records_of(authority.index.content().records, word);
    if (found.empty()) {
        if (word == "ca")
            fail("an authority cannot revoke itself", "clients must stop trusting its ca.crt");
        if (::access(word.c_str(), F_OK) == 0) return revoke_file(job, authority, word);
        fail(
            "nothing of the name or serial " + base::in_quotes(word) +
                " was made here; nothing was changed",
            "mqtt-certgen list shows what was"
        );
    }
    std::size_t count = 0;
    for (Record* const each : found) {
        if (each->status == Status::revoked || each->not_after <= job.now) continue;
        mark(*each, job.now, job.settings.reason);
        ++count;
    }
    if (count > 0) return count;
    const Record& last = *found.back();
    const bool revoked = last.status == Status::revoked;
    fail(
        base::in_quotes(word) + (revoked ? " was revoked on " : " has expired on ") +
        day_text(revoked ? last.revoked_at : last.not_after) + " already; nothing was changed"
    );
}

} // namespace

void revoke_record(
    const Job& job,
    Authority& authority,
    const crypto::Certificate& certificate,
    const std::string& name,
    std::string_view reason
) {
    std::vector<Record>& records = authority.index.content().records;
    const std::string serial = certificate.serial();
    const auto known = std::find_if(records.begin(), records.end(), [&](const Record& each) {
        return each.serial == serial;
    });
    if (known == records.end()) {
        records.push_back(record_of(name, certificate));
        mark(records.back(), job.now, reason);
    } else if (known->status != Status::revoked) {
        mark(*known, job.now, reason);
    }
}

void revoke_older(
    const Job& job, Authority& authority, const std::string& name, const std::string& newest
) {
    for (Record& each : authority.index.content().records) {
        const bool accepted = each.status != Status::revoked && each.not_after > job.now;
        if (accepted && each.name == name && each.serial != newest)
            mark(each, job.now, "superseded");
    }
}

cli::Outcome run_revoke(Job& job) {
    FileBatch files(true);
    Authority authority = open_authority(job);
    std::size_t count = 0;
    for (const std::string& word : job.settings.words)
        count += revoke_word(job, authority, word);
    write_list(job, authority, files);
    authority.index.save();
    files.commit();
    const std::string path = job.path(authority_list);
    if (job.settings.json) {
        base::JsonObject object;
        job.tool.out << object.text("crl", path).number("revoked", count).str() << '\n';
    } else {
        job.tool.out << path << '\n';
        job.tool.console.note(
            std::to_string(count) + (count == 1 ? " certificate was" : " certificates were") +
            " revoked; brokers refuse them after a reload (HUP), with crlfile " + path
        );
    }
    return {};
}

} // namespace mqtt_certgen
