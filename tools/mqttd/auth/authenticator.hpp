// Is this client who it says it is? The answer may take a fraction of a second of somebody else's
// time, so it comes later. Owned by auth; any thread.
#pragma once

#include "common/crypto/secret_string.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mqttd {

/// What a CONNECT packet says about who sent it.
struct Login {
    std::string user;
    crypto::SecretString password;
    std::string address; ///< of the peer: logins of one address wait for each other
};

enum class LoginVerdict : std::uint8_t {
    accepted,
    refused,
    busy,    ///< too many logins wait, or the memory for it could not be had
    limited, ///< too many logins failed lately; the password was not looked at
};

class Authenticator {
public:
    /// Called once, on a thread of the authenticator's own.
    using Done = std::function<void(LoginVerdict)>;

    Authenticator(const Authenticator&) = delete;
    Authenticator& operator=(const Authenticator&) = delete;
    virtual ~Authenticator() = default;

    /// Does not block. A verdict that is known at once is returned, and done is not called.
    [[nodiscard]] virtual std::optional<LoginVerdict> check(Login login, Done done) = 0;

    /// Changes when the user's password does; 0: there is no such user.
    [[nodiscard]] virtual std::uint64_t mark_of(std::string_view user) const = 0;

protected:
    Authenticator() = default;
};

} // namespace mqttd
