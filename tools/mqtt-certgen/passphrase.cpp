// mqtt-certgen passphrase: another pass phrase for a key, or none. The file is replaced as a whole.
#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/crypto/secret_file.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/issue.hpp"
#include "tools/mqtt-certgen/key_file.hpp"

#include <unistd.h>

#include <utility>

namespace mqtt_certgen {

namespace {

/// DIR/NAME.key when that is there, else the word itself.
std::string key_file_of(const Job& job, const std::string& word) {
    if (word.find('/') == std::string::npos || ::access(word.c_str(), F_OK) != 0) {
        std::string in_folder = key_path(job, word == "ca" ? word : file_stem(word));
        if (::access(in_folder.c_str(), F_OK) == 0) return in_folder;
    }
    return word;
}

} // namespace

cli::Outcome run_passphrase(Job& job) {
    const Settings& settings = job.settings;
    const std::string path = key_file_of(job, settings.words.front());
    auto update = crypto::FileUpdate::begin(path, crypto::FileUpdate::Create::no);
    if (!update) fail(update.error().message);
    if (crypto::has_private_key(update->text()) && crypto::has_certificate(update->text())) {
        fail(
            path + ": there is more in it than a key",
            "a key with a pass phrase belongs in a file of its own"
        );
    }
    const std::string what = "the key " + base::in_quotes(path);
    const crypto::PrivateKey key =
        open_key(job, path, update->text(), settings.old_pass, {what, "--pass-file or --pass-env"});
    if (settings.no_pass) {
        if (const auto written = update->replace(key.to_pem().view()); written.has_error())
            fail(written.error().message);
        return {};
    }
    const crypto::SecretString phrase =
        new_passphrase(settings.new_pass, {what, "--new-pass-file or --new-pass-env"}, job);
    if (phrase.empty()) {
        fail(
            "there is no terminal to ask for the new pass phrase of " + what,
            "--new-pass-file or --new-pass-env gives it, --no-pass removes it"
        );
    }
    const std::string text = expect(key.to_encrypted_pem(phrase.view()), path);
    if (const auto written = update->replace(text); written.has_error())
        fail(written.error().message);
    return {};
}

} // namespace mqtt_certgen
