// Gets a password for each user: from the terminal, the command line, standard input, or by making
// one up. Nothing is shown while somebody types. One thread.
#pragma once

#include "common/crypto/secret_string.hpp"
#include "tools/mqtt-passwd/passwd_settings.hpp"

#include <string>
#include <vector>

namespace mqtt_passwd {

struct NewPassword {
    std::string user;
    crypto::SecretString password;
};

/// For storing: what is typed is asked for twice. Throws ToolError.
[[nodiscard]] std::vector<NewPassword> new_passwords(PasswdSettings& settings);

/// For verifying: asked for once. Throws ToolError.
[[nodiscard]] std::vector<NewPassword> known_passwords(PasswdSettings& settings);

} // namespace mqtt_passwd
