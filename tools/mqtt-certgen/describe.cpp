#include "tools/mqtt-certgen/describe.hpp"

#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/base/utf8.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

namespace mqtt_certgen {

namespace {

using crypto::Certificate;
using crypto::CertificateTime;

constexpr std::size_t longest_fact = 4096;

std::string period_text(CertificateTime begin, CertificateTime end, CertificateTime now) {
    std::string text = day_text(begin) + " to " + day_text(end);
    if (now < begin) return text + ", begins " + distance_text(begin, now);
    return text + (end <= now ? ", ended " : ", ends ") + distance_text(end, now);
}

std::string use_text(const Certificate& certificate) {
    if (certificate.is_authority()) {
        const auto length = certificate.path_length();
        if (!length) return "authority";
        if (*length == 0) return "authority, of certificates only";
        return "authority, with " + std::to_string(*length) + " levels of authorities below it";
    }
    const bool server = certificate.may_be_server();
    const bool client = certificate.may_be_client();
    if (server && client) return "server and client";
    if (server) return "server";
    return client ? "client" : "neither server nor client";
}

std::string usage_text(const std::optional<std::vector<std::string>>& usage) {
    return usage ? joined(*usage) : "not limited";
}

std::vector<std::string> texts_of(const std::vector<crypto::AlternativeName>& names) {
    std::vector<std::string> texts;
    for (const crypto::AlternativeName& each : names) {
        std::string text = crypto::to_text(each);
        // JSON is UTF-8; what is not is shown escaped.
        texts.push_back(base::is_valid_utf8(text) ? std::move(text) : base::escaped(text));
    }
    return texts;
}

std::string valid_text(const std::string& text) {
    return base::is_valid_utf8(text) ? text : base::escaped(text);
}

} // namespace

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& each : words) {
        if (!text.empty()) text += ", ";
        text += each;
    }
    return text.empty() ? "none" : text;
}

std::string joined(const std::vector<crypto::AlternativeName>& names) {
    return base::escaped(joined(texts_of(names)), longest_fact);
}

Facts facts_of(const Certificate& certificate, CertificateTime now) {
    Facts facts{
        {"subject", base::escaped(certificate.subject_text())},
        {"issuer", base::escaped(certificate.issuer_text())},
        {"valid", period_text(certificate.not_before(), certificate.not_after(), now)},
        {"names", joined(certificate.names())},
        {"use", use_text(certificate)},
        {"key usage", usage_text(certificate.key_usage())},
        {"extended", usage_text(certificate.extended_key_usage())},
        {"key", certificate.public_key().description()},
        {"signature", certificate.signature_algorithm()},
        {"serial", certificate.serial()},
        {"SHA-256", certificate.fingerprint()}};
    if (certificate.version() != 3) {
        facts.insert(
            facts.begin(),
            {"version", std::to_string(certificate.version()) + ", which many programs refuse"}
        );
    }
    if (!certificate.is_authority() && certificate.may_be_client()) {
        const std::string name = certificate.common_name();
        facts.emplace_back(
            "user name",
            (name.empty() ? "none" : base::in_quotes(name)) + " by use_identity_as_username, " +
                base::in_quotes(certificate.subject_text()) + " by use_subject_as_username"
        );
    }
    return facts;
}

Facts facts_of(const crypto::CertificateRequest& request) {
    return {
        {"subject", base::escaped(request.subject_text())},
        {"names", joined(request.names())},
        {"key", request.public_key().description()}};
}

Facts facts_of(const crypto::RevocationList& list, CertificateTime now) {
    return {
        {"issuer", base::escaped(list.issuer_text())},
        {"valid", period_text(list.this_update(), list.next_update(), now)},
        {"revoked", std::to_string(list.size())}};
}

std::string to_json(const Certificate& certificate, const std::string& file) {
    base::JsonObject object;
    object.text("file", valid_text(file)).text("kind", "certificate");
    object.number("version", static_cast<std::uint64_t>(certificate.version()));
    object.text("subject", valid_text(certificate.subject_text()));
    object.text("issuer", valid_text(certificate.issuer_text()));
    object.text("common_name", valid_text(certificate.common_name()));
    object.text("serial", certificate.serial());
    object.text("not_before", to_text(certificate.not_before()));
    object.text("not_after", to_text(certificate.not_after()));
    object.texts("names", texts_of(certificate.names()));
    object.flag("authority", certificate.is_authority());
    object.flag("server", !certificate.is_authority() && certificate.may_be_server());
    object.flag("client", !certificate.is_authority() && certificate.may_be_client());
    object.text("key", certificate.public_key().description());
    object.text("signature", certificate.signature_algorithm());
    object.text("fingerprint", certificate.fingerprint());
    return object.str();
}

std::string to_json(const crypto::CertificateRequest& request, const std::string& file) {
    base::JsonObject object;
    object.text("file", valid_text(file)).text("kind", "request");
    object.text("subject", valid_text(request.subject_text()));
    object.texts("names", texts_of(request.names()));
    object.text("key", request.public_key().description());
    return object.str();
}

std::string to_json(const crypto::RevocationList& list, const std::string& file) {
    base::JsonObject object;
    object.text("file", valid_text(file)).text("kind", "revocation list");
    object.text("issuer", valid_text(list.issuer_text()));
    object.text("this_update", to_text(list.this_update()));
    object.text("next_update", to_text(list.next_update()));
    object.number("revoked", list.size());
    return object.str();
}

} // namespace mqtt_certgen
