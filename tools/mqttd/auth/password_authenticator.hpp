// Logins by a password file. Hashing happens in the pool; a user who is not in the file costs as
// much as the most expensive one who is. Replaced as a whole at reload; what is being verified then
// ends with the users it began with. Where too many logins fail, further ones are not looked at.
// Any thread.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/entropy.hpp"
#include "common/crypto/password_file.hpp"
#include "tools/mqttd/auth/authenticator.hpp"
#include "tools/mqttd/auth/hash_pool.hpp"
#include "tools/mqttd/auth/login_limiter.hpp"

#include <memory>

namespace mqttd {

class PasswordAuthenticator final : public Authenticator {
public:
    /// What password files of one broker share; all of it outlives them.
    struct Means {
        HashPool& pool;
        LoginLimiter& limiter;
        const base::Clock& clock;
    };

    /// file: without problems. entropy is for the constructor.
    PasswordAuthenticator(
        const crypto::PasswordFile& file, const Means& means, base::Entropy& entropy
    );

    [[nodiscard]] std::optional<LoginVerdict> check(Login login, Done done) override;
    [[nodiscard]] std::uint64_t mark_of(std::string_view user) const override;

private:
    struct State;

    const Means means_;
    std::shared_ptr<State> state_; ///< shared with what waits in the pool
};

} // namespace mqttd
