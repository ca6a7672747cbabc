// mqtt-certgen doctor: looks at a set of files, made by whatever, and explains what is wrong. Exit
// code 1 when TLS will not work with them, 8 when it will, but something is worth a change.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "tools/mqtt-certgen/diagnosis.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/file_readers.hpp"
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/passphrase_source.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace mqtt_certgen {

namespace {

/// Only what is given: most keys need none.
crypto::SecretString phrase_of(Job& job) {
    const PassphraseSource& source = job.settings.old_pass;
    if (!source.given()) return {};
    return known_passphrase(source, {"the keys", "--pass-file or --pass-env"}, job);
}

void check_readers(
    const std::vector<LookedAtFile>& files, const std::string& user, Diagnosis& diagnosis
) {
    const FileReader reader(user);
    for (const LookedAtFile& each : files) {
        if (!each.unreadable.empty()) continue;
        const std::string wrong = reader.obstacle(each.path);
        if (wrong.empty()) continue;
        diagnosis.findings.push_back(
            {Severity::error,
             each.path,
             "the user " + base::in_quotes(user) + " cannot read it: " + wrong,
             "chgrp and chmod 640, or --group when it is made"}
        );
    }
}

void say_json(Job& job, const std::vector<LookedAtFile>& files, const Diagnosis& diagnosis) {
    for (const LookedAtFile& file : files) {
        std::vector<std::string> roles;
        for (const FileRole& each : diagnosis.roles) {
            if (each.path == file.path) roles.push_back(each.text);
        }
        std::vector<std::string> findings;
        for (const Finding& each : diagnosis.findings) {
            if (each.path != file.path) continue;
            const bool error = each.severity == Severity::error;
            base::JsonObject object;
            object.text("level", error ? "error" : "warning").text("message", each.message);
            findings.push_back(object.text("hint", each.hint).str());
        }
        base::JsonObject object;
        object.text("file", file.path).texts("is", roles).array("findings", findings);
        job.tool.out << object.str() << '\n';
    }
}

void say(Job& job, const Diagnosis& diagnosis) {
    for (const FileRole& each : diagnosis.roles)
        job.tool.out << base::escaped(each.path) << ": " << each.text << '\n';
    job.tool.out.flush();
    for (const Finding& each : diagnosis.findings) {
        const std::string text = base::escaped(each.path) + ": " + each.message;
        if (each.severity == Severity::error) {
            if (!job.tool.console.quiet()) job.tool.console.error(text, each.hint);
        } else {
            job.tool.console.warning(each.hint.empty() ? text : text + " (" + each.hint + ")");
        }
    }
    if (diagnosis.authority.empty() || diagnosis.certificate.empty()) return;
    const auto absolute = [](const std::string& path) {
        return std::filesystem::absolute(path).lexically_normal().string();
    };
    job.tool.out << "\n# For the broker's configuration file:\ncafile "
                 << absolute(diagnosis.authority) << "\ncertfile "
                 << absolute(diagnosis.certificate) << "\nkeyfile " << absolute(diagnosis.key)
                 << '\n';
}

} // namespace

cli::Outcome run_doctor(Job& job) {
    const Settings& settings = job.settings;
    std::vector<std::string> words = settings.words;
    if (words.empty()) words.push_back(settings.folder);
    std::optional<crypto::AlternativeName> host;
    if (!settings.hosts.empty()) host = host_of(settings.hosts.front());
    const crypto::SecretString phrase = phrase_of(job);
    const std::vector<LookedAtFile> files = read_file_set(words, phrase.view());
    if (files.empty()) fail("there is no file about TLS in " + base::in_quotes(words.front()));
    Diagnosis diagnosis = diagnose(files, host, job.now);
    if (!settings.user.empty()) check_readers(files, settings.user, diagnosis);
    if (settings.json) {
        say_json(job, files, diagnosis);
    } else {
        say(job, diagnosis);
    }
    const bool errors =
        std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), [](const Finding& each) {
            return each.severity == Severity::error;
        });
    if (errors) return {.code = cli::ExitCode::local_error};
    return {
        .code = diagnosis.findings.empty() ? cli::ExitCode::ok : cli::ExitCode::needs_attention};
}

} // namespace mqtt_certgen
