// mqtt-certgen export: what was made in the forms that other programs and devices want.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/crypto/pkcs12.hpp"
#include "tools/mqtt-certgen/c_header.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/issue.hpp"
#include "tools/mqtt-certgen/key_file.hpp"

#include <unistd.h>

#include <optional>
#include <ostream>

namespace mqtt_certgen {

namespace {

/// What belongs together under one name.
struct Pieces {
    std::string name;
    crypto::Certificate certificate;
    crypto::Certificate authority;
    std::optional<crypto::PrivateKey> key;

    [[nodiscard]] bool is_authority() const { return name == "ca"; }
};

Pieces read_pieces(Job& job) {
    const std::string& word = job.settings.words.front();
    const std::string name = word == "ca" ? word : file_stem(word);
    const std::string path = certificate_path(job, name);
    Pieces pieces{
        .name = name,
        .certificate = expect(crypto::Certificate::parse(read_text(path, "the certificate")), path),
        .authority = read_authority_certificate(job),
        .key = {}};
    const std::string key_file = key_path(job, name);
    // The key of an authority is for nobody else.
    if (pieces.is_authority() || ::access(key_file.c_str(), F_OK) != 0) return pieces;
    const crypto::SecretString text(read_text(key_file, "the key"));
    pieces.key = open_key(
        job,
        key_file,
        text.view(),
        job.settings.old_pass,
        {"the key " + base::in_quotes(key_file), "--pass-file or --pass-env"}
    );
    if (!(pieces.key->public_key() == pieces.certificate.public_key()))
        fail(key_file + ": the key does not belong to " + path);
    return pieces;
}

std::string pkcs12_text(Job& job, const Pieces& pieces) {
    if (!pieces.key) {
        fail(
            "a PKCS #12 file needs the key, and there is no " +
                base::in_quotes(key_path(job, pieces.name)),
            "--format pem or der writes the certificate alone"
        );
    }
    const crypto::SecretString phrase = new_passphrase(
        job.settings.new_pass, {"the PKCS #12 file", "--new-pass-file or --new-pass-env"}, job
    );
    if (phrase.empty()) {
        fail(
            "there is no terminal to ask for the pass phrase of the PKCS #12 file",
            "--new-pass-file or --new-pass-env gives it"
        );
    }
    return expect(
        crypto::to_pkcs12(
            {pieces.name, *pieces.key, pieces.certificate, pieces.authority}, phrase.view()
        ),
        "the PKCS #12 file"
    );
}

std::string pem_text(const Pieces& pieces) {
    std::string text;
    if (pieces.key) text += pieces.key->to_pem().view();
    text += pieces.certificate.to_pem();
    return pieces.is_authority() ? text : text + pieces.authority.to_pem();
}

std::string header_text(const Pieces& pieces) {
    std::vector<PemConstant> constants{{"ca_pem", pieces.authority.to_pem()}};
    if (!pieces.is_authority())
        constants.push_back({"certificate_pem", pieces.certificate.to_pem()});
    if (pieces.key) constants.push_back({"key_pem", std::string(pieces.key->to_pem().view())});
    return to_c_header(pieces.name, constants);
}

std::string_view ending_of(ExportFormat format) {
    switch (format) {
    case ExportFormat::pkcs12:
        return ".p12";
    case ExportFormat::pem:
        return ".pem";
    case ExportFormat::der:
        return ".der";
    case ExportFormat::c_header:
        break;
    }
    return ".h";
}

std::string text_of(Job& job, const Pieces& pieces) {
    switch (job.settings.format) {
    case ExportFormat::pkcs12:
        return pkcs12_text(job, pieces);
    case ExportFormat::pem:
        return pem_text(pieces);
    case ExportFormat::der:
        return pieces.certificate.to_der();
    case ExportFormat::c_header:
        break;
    }
    return header_text(pieces);
}

} // namespace

cli::Outcome run_export(Job& job) {
    const Settings& settings = job.settings;
    const Pieces pieces = read_pieces(job);
    const std::string path = settings.out.empty()
                                 ? job.path(pieces.name + std::string(ending_of(settings.format)))
                                 : settings.out;
    const std::string key_der = path + ".key";
    const bool two_files = settings.format == ExportFormat::der && pieces.key;
    FileBatch files(settings.force);
    files.check_free(path);
    if (two_files) files.check_free(key_der);
    const crypto::SecretString text(text_of(job, pieces));
    const bool secret = pieces.key && !two_files;
    files.add(path, text.view(), secret ? FileAccess::owner : FileAccess::everybody);
    if (two_files) files.add(key_der, pieces.key->to_der().view(), FileAccess::owner);
    files.commit();
    if (settings.json) {
        std::vector<std::string> paths{path};
        if (two_files) paths.push_back(key_der);
        job.tool.out << base::JsonObject().texts("files", paths).str() << '\n';
        return {};
    }
    job.tool.out << path << '\n';
    if (two_files) job.tool.out << key_der << '\n';
    return {};
}

} // namespace mqtt_certgen
