#include "tools/mqtt-certgen/verify_rules.hpp"

#include "common/crypto/secret_file.hpp"
#include "tools/mqtt-certgen/authority.hpp"
#include "tools/mqtt-certgen/failure.hpp"

namespace mqtt_certgen {

crypto::Verification verify_rules(const Job& job) {
    const Settings& settings = job.settings;
    crypto::Verification rules;
    rules.now = job.now;
    if (settings.authority_file.empty()) {
        rules.trusted.push_back(read_authority_certificate(job));
    } else {
        rules.trusted = expect(
            crypto::Certificate::parse_all(read_text(settings.authority_file, "the authorities")),
            settings.authority_file
        );
    }
    const bool own_list = settings.list_file.empty() && settings.authority_file.empty();
    const std::string path = own_list ? job.path(authority_list) : settings.list_file;
    if (path.empty()) return rules;
    const auto text = crypto::read_secret_file(path);
    if (!text && own_list) return rules;
    if (!text) fail(text.error().message);
    rules.lists.push_back(expect(crypto::RevocationList::parse(*text), path));
    return rules;
}

} // namespace mqtt_certgen
