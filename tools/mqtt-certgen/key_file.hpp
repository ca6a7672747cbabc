// A private key in a file, with its pass phrase when it has one. One thread.
#pragma once

#include "common/crypto/private_key.hpp"
#include "tools/mqtt-certgen/passphrase_source.hpp"

#include <string>
#include <string_view>

namespace mqtt_certgen {

/// Asks for the pass phrase when the text is encrypted. path: for messages. Throws ToolError.
[[nodiscard]] crypto::PrivateKey open_key(
    Job& job,
    const std::string& path,
    std::string_view text,
    const PassphraseSource& source,
    const PassphraseQuestion& question
);

} // namespace mqtt_certgen
