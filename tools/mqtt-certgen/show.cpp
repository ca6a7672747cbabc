// mqtt-certgen show: what is in a file. Needs no authority.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/crypto/private_key.hpp"
#include "tools/mqtt-certgen/authority.hpp"
#include "tools/mqtt-certgen/describe.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/input_file.hpp"

#include <algorithm>
#include <ostream>

namespace mqtt_certgen {

namespace {

void print(Job& job, const std::string& path, std::string_view kind, const Facts& facts) {
    std::size_t widest = 0;
    for (const auto& [label, text] : facts)
        widest = std::max(widest, label.size());
    job.tool.out << base::escaped(path) << ": " << kind << '\n';
    for (const auto& [label, text] : facts) {
        job.tool.out << "  " << label << std::string(widest + 2 - label.size(), ' ') << text
                     << '\n';
    }
}

void show_key(Job& job, const std::string& path, std::string_view text) {
    const bool encrypted = crypto::has_encrypted_key(text);
    std::string what = "encrypted";
    if (!encrypted) what = expect(crypto::PrivateKey::parse(text), path).public_key().description();
    if (job.settings.json) {
        base::JsonObject object;
        object.text("file", path).text("kind", "key").flag("encrypted", encrypted);
        if (!encrypted) object.text("key", what);
        job.tool.out << object.str() << '\n';
        return;
    }
    Facts facts{{"encrypted", encrypted ? "yes" : "no"}};
    if (!encrypted) facts.emplace_back("key", what);
    print(job, path, "key", facts);
}

void show_file(Job& job, const std::string& word) {
    const std::string path = path_of(job, word);
    const crypto::SecretString secret(read_text(path, "the file"));
    const std::string_view text = secret.view();
    if (crypto::has_private_key(text)) {
        show_key(job, path, text);
        if (!crypto::has_certificate(text)) return;
    }
    if (const auto request = crypto::CertificateRequest::parse(text)) {
        if (job.settings.json) {
            job.tool.out << to_json(*request, path) << '\n';
        } else {
            print(job, path, "request", facts_of(*request));
        }
        return;
    }
    if (const auto list = crypto::RevocationList::parse(text)) {
        if (job.settings.json) {
            job.tool.out << to_json(*list, path) << '\n';
        } else {
            print(job, path, "revocation list", facts_of(*list, job.now));
        }
        return;
    }
    for (const crypto::Certificate& each : expect(crypto::Certificate::parse_all(text), path)) {
        if (job.settings.json) {
            job.tool.out << to_json(each, path) << '\n';
        } else {
            print(job, path, "certificate", facts_of(each, job.now));
        }
    }
}

} // namespace

cli::Outcome run_show(Job& job) {
    for (const std::string& word : job.settings.words)
        show_file(job, word);
    return {};
}

} // namespace mqtt_certgen
