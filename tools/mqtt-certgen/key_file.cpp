#include "tools/mqtt-certgen/key_file.hpp"

#include "tools/mqtt-certgen/failure.hpp"

namespace mqtt_certgen {

crypto::PrivateKey open_key(
    Job& job,
    const std::string& path,
    std::string_view text,
    const PassphraseSource& source,
    const PassphraseQuestion& question
) {
    crypto::SecretString phrase;
    if (crypto::has_encrypted_key(text)) {
        phrase = known_passphrase(source, question, job);
    } else if (source.given()) {
        job.tool.console.note(question.what + " is not encrypted; the pass phrase is not needed");
    }
    return expect(crypto::PrivateKey::parse(text, phrase.view()), path);
}

} // namespace mqtt_certgen
