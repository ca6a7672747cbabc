#include "tools/mqttd/auth/password_authenticator.hpp"

#include "tools/mqttd/auth/success_cache.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace mqttd {

namespace {

using crypto::HashMethod;
using crypto::PasswordHash;

/// Roughly the time of one guess, to compare.
double weight_of(const PasswordHash& hash) {
    constexpr double of_a_kib = 4;
    if (hash.method != HashMethod::argon2id) return hash.cost.rounds;
    return of_a_kib * hash.cost.memory_kib * hash.cost.rounds;
}

} // namespace

struct PasswordAuthenticator::State {
    State(const Means& its_means, base::Entropy& entropy) : means(its_means), cache(entropy) {}

    [[nodiscard]] LoginVerdict verify(const Login& login);

    const Means means;
    std::map<std::string, PasswordHash, std::less<>> users;
    PasswordHash decoy; ///< of an empty file: none is verified
    SuccessCache cache;
};

LoginVerdict PasswordAuthenticator::State::verify(const Login& login) {
    const auto user = users.find(login.user);
    const bool known = user != users.end();
    const auto verdict = crypto::verify(known ? user->second : decoy, login.password.view());
    if (verdict == crypto::Verdict::unknown) return LoginVerdict::busy;
    const base::SteadyTime now = means.clock.now();
    if (!known || verdict == crypto::Verdict::wrong) {
        means.limiter.failed(login.address, login.user, now);
        return LoginVerdict::refused;
    }
    means.limiter.succeeded(login.address, login.user, now);
    cache.add(login.user, login.password.view(), now);
    return LoginVerdict::accepted;
}

PasswordAuthenticator::PasswordAuthenticator(
    const crypto::PasswordFile& file, const Means& means, base::Entropy& entropy
)
    : means_(means), state_(std::make_shared<State>(means, entropy)) {
    const PasswordHash* costliest = nullptr;
    for (const crypto::PasswordFile::Line& line : file.lines()) {
        auto hash = crypto::parse_hash(line.secret);
        if (line.user.empty() || !hash) continue;
        const PasswordHash& added =
            state_->users.insert_or_assign(line.user, std::move(*hash)).first->second;
        if (costliest == nullptr || weight_of(added) > weight_of(*costliest)) costliest = &added;
    }
    if (costliest != nullptr) state_->decoy = crypto::decoy_like(*costliest, entropy);
}

std::optional<LoginVerdict> PasswordAuthenticator::check(Login login, Done done) {
    if (state_->users.empty()) return LoginVerdict::refused;
    const base::SteadyTime now = means_.clock.now();
    if (state_->cache.knows(login.user, login.password.view(), now)) return LoginVerdict::accepted;
    if (!means_.limiter.allows(login.address, login.user, now)) return LoginVerdict::limited;
    const std::string address = login.address;
    // std::function wants what it holds to be copyable.
    const auto shared = std::make_shared<Login>(std::move(login));
    const bool taken =
        means_.pool.submit(address, [state = state_, shared, done = std::move(done)] {
            done(state->verify(*shared));
        });
    return taken ? std::nullopt : std::optional(LoginVerdict::busy);
}

std::uint64_t PasswordAuthenticator::mark_of(std::string_view user) const {
    const auto found = state_->users.find(user);
    if (found == state_->users.end()) return 0;
    return std::hash<std::string>{}(to_text(found->second)) | 1U;
}

} // namespace mqttd
