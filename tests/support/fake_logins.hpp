// Logins for scenarios: users and passwords in memory. Verdicts come when the test says so, as
// those of the real thing come when a thread has found them out; without hold(), they come at once.
#pragma once

#include "common/base/assert.hpp"
#include "tools/mqttd/auth/access_control.hpp"
#include "tools/mqttd/auth/acl_file.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace support {

class FakeLogins final : public mqttd::Authenticator {
public:
    /// user → password
    explicit FakeLogins(std::map<std::string, std::string, std::less<>> users)
        : users_(std::move(users)) {}

    /// From now on verdicts wait for answer().
    void hold() { holds_ = true; }

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

    /// The verdict about the login that has waited longest; given: another one than the truth.
    void answer(std::optional<mqttd::LoginVerdict> given = std::nullopt) {
        MIDGE_ASSERT(!waiting_.empty(), "no login waits");
        const auto [truth, done] = std::move(waiting_.front());
        waiting_.pop_front();
        done(given.value_or(truth));
    }

    [[nodiscard]] std::optional<mqttd::LoginVerdict> check(mqttd::Login login, Done done) override {
        const auto found = users_.find(login.user);
        const bool right = found != users_.end() && found->second == login.password.view();
        const auto truth = right ? mqttd::LoginVerdict::accepted : mqttd::LoginVerdict::refused;
        if (!holds_) return truth;
        waiting_.emplace_back(truth, std::move(done));
        return std::nullopt;
    }

    [[nodiscard]] std::uint64_t mark_of(std::string_view user) const override {
        const auto found = users_.find(user);
        return found == users_.end() ? 0 : std::hash<std::string>{}(found->second) | 1U;
    }

private:
    std::map<std::string, std::string, std::less<>> users_;
    std::deque<std::pair<mqttd::LoginVerdict, Done>> waiting_;
    bool holds_ = false;
};

/// The rules of an ACL file; a mistake in it is an error of the test.
[[nodiscard]] inline std::shared_ptr<const mqttd::AclFile> rules_of(std::string_view text) {
    mqttd::ConfigErrors errors;
    mqttd::ConfigErrors warnings;
    auto rules = std::make_shared<const mqttd::AclFile>(text, "rules", errors, warnings);
    MIDGE_ASSERT(errors.empty(), "the rules of the test are wrong");
    return rules;
}

} // namespace support
