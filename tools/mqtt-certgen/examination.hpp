// One run of diagnose(): what is looked at, and where findings go. Each kind of content has a file
// that examines it. Lives on the stack of diagnose().
#pragma once

#include "tools/mqtt-certgen/diagnosis.hpp"
#include "tools/mqtt-certgen/looked_at_set.hpp"

#include <optional>
#include <string>
#include <utility>

namespace mqtt_certgen {

struct Examination {
    const LookedAtSet& set;
    const std::optional<crypto::AlternativeName>& host;
    crypto::CertificateTime now;
    Diagnosis result = {};

    void error(const LookedAtFile& file, std::string message, std::string hint = {}) {
        result.findings.push_back({Severity::error, file.path, std::move(message), std::move(hint)}
        );
    }

    void warning(const LookedAtFile& file, std::string message, std::string hint = {}) {
        result.findings.push_back(
            {Severity::warning, file.path, std::move(message), std::move(hint)}
        );
    }

    void role(const LookedAtFile& file, std::string text) {
        result.roles.push_back({file.path, std::move(text)});
    }
};

// examine_certificate.cpp
void examine_certificate(
    Examination& exam, const LookedAtFile& file, const crypto::Certificate& certificate
);

// examine_key.cpp; each for a file that has one.
void examine_key(Examination& exam, const LookedAtFile& file);
void examine_request(Examination& exam, const LookedAtFile& file);
void examine_list(Examination& exam, const LookedAtFile& file);

} // namespace mqtt_certgen
