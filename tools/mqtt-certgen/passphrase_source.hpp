// Gets a pass phrase: from a file, standard input, the environment, or the terminal, where nothing
// is shown while somebody types. One thread.
#pragma once

#include "common/crypto/secret_string.hpp"
#include "tools/mqtt-certgen/job.hpp"

#include <string>

namespace mqtt_certgen {

struct PassphraseQuestion {
    std::string what;    ///< "the authority's key"
    std::string options; ///< "--ca-pass-file or --ca-pass-env": how else it can be given
};

/// Of a key that is there. Throws ToolError.
[[nodiscard]] crypto::SecretString
known_passphrase(const PassphraseSource& source, const PassphraseQuestion& question, Job& job);

/// For a key that is made: what is typed is asked for twice. Empty when none is given and there is
/// no terminal to ask on. Throws ToolError.
[[nodiscard]] crypto::SecretString
new_passphrase(const PassphraseSource& source, const PassphraseQuestion& question, Job& job);

} // namespace mqtt_certgen
