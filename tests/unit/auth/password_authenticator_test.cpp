#include "tools/mqttd/auth/password_authenticator.hpp"
#include "tools/mqttd/auth/success_cache.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

namespace {

using mqttd::HashPool;
using mqttd::Login;
using mqttd::LoginVerdict;
using mqttd::PasswordAuthenticator;
using mqttd::SuccessCache;

/// A file with cheap hashes: user and password are the same word.
crypto::PasswordFile file_of(std::initializer_list<const char*> users) {
    base::SystemEntropy entropy;
    crypto::PasswordFile file;
    for (const char* user : users) {
        const auto hash = crypto::hash_password(
            user, crypto::HashMethod::pbkdf2_sha512, {.rounds = 1000}, entropy
        );
        file.set(user, to_text(*hash));
    }
    return file;
}

class Passwords : public testing::Test {
protected:
    Passwords() { pool_.start(1); }

    static Login login(const char* user, const char* password) {
        return {user, crypto::SecretString(std::string_view(password)), "192.0.2.1"};
    }

    LoginVerdict verdict(PasswordAuthenticator& logins, const char* user, const char* password) {
        const auto later = std::make_shared<std::promise<LoginVerdict>>();
        const auto now = logins.check(login(user, password), [later](LoginVerdict verdict) {
            later->set_value(verdict);
        });
        hashed_ = !now;
        return now ? *now : later->get_future().get();
    }

    base::ManualClock clock_;
    base::SystemEntropy entropy_;
    HashPool pool_;
    mqttd::LoginLimiter limiter_{{.per_address = 100, .per_user = 3}, entropy_};
    const PasswordAuthenticator::Means means_{pool_, limiter_, clock_};
    bool hashed_ = false; ///< the last verdict came from the pool
};

TEST_F(Passwords, right_ones_are_accepted_and_others_refused) {
    PasswordAuthenticator logins(file_of({"alice", "bob"}), means_, entropy_);
    EXPECT_EQ(verdict(logins, "alice", "alice"), LoginVerdict::accepted);
    EXPECT_EQ(verdict(logins, "bob", "bob"), LoginVerdict::accepted);
    EXPECT_EQ(verdict(logins, "alice", "bob"), LoginVerdict::refused);
    EXPECT_TRUE(hashed_);
    EXPECT_EQ(verdict(logins, "alice", ""), LoginVerdict::refused);
    EXPECT_EQ(verdict(logins, "Alice", "alice"), LoginVerdict::refused);
}

TEST_F(Passwords, an_unknown_user_is_hashed_as_well) {
    PasswordAuthenticator logins(file_of({"alice"}), means_, entropy_);
    EXPECT_EQ(verdict(logins, "carol", "carol"), LoginVerdict::refused);
    EXPECT_TRUE(hashed_);
}

TEST_F(Passwords, an_empty_file_refuses_everybody) {
    PasswordAuthenticator logins(crypto::PasswordFile("# nobody\n"), means_, entropy_);
    EXPECT_EQ(verdict(logins, "alice", "alice"), LoginVerdict::refused);
    EXPECT_EQ(verdict(logins, "", ""), LoginVerdict::refused);
}

TEST_F(Passwords, a_success_is_remembered_for_a_minute_and_a_failure_never) {
    PasswordAuthenticator logins(file_of({"alice"}), means_, entropy_);
    EXPECT_EQ(verdict(logins, "alice", "alice"), LoginVerdict::accepted);
    EXPECT_TRUE(hashed_);
    EXPECT_EQ(verdict(logins, "alice", "alice"), LoginVerdict::accepted);
    EXPECT_FALSE(hashed_);
    EXPECT_EQ(verdict(logins, "alice", "wrong"), LoginVerdict::refused);
    EXPECT_TRUE(hashed_);
    EXPECT_EQ(verdict(logins, "alice", "wrong"), LoginVerdict::refused);
    EXPECT_TRUE(hashed_);
    clock_.advance(SuccessCache::life);
    EXPECT_EQ(verdict(logins, "alice", "alice"), LoginVerdict::accepted);
    EXPECT_TRUE(hashed_);
}

TEST_F(Passwords, a_full_queue_is_answered_at_once) {
    HashPool stopped({.waiting = 1, .waiting_of_one_source = 1});
    PasswordAuthenticator logins(file_of({"alice"}), {stopped, limiter_, clock_}, entropy_);
    const auto never = [](LoginVerdict) {
        FAIL();
    };
    EXPECT_FALSE(logins.check(login("alice", "alice"), never).has_value());
    EXPECT_EQ(logins.check(login("alice", "alice"), never), LoginVerdict::busy);
}

TEST_F(Passwords, what_waits_survives_its_authenticator) {
    std::promise<LoginVerdict> verdict;
    HashPool later;
    {
        PasswordAuthenticator logins(file_of({"alice"}), {later, limiter_, clock_}, entropy_);
        const auto now = logins.check(login("alice", "alice"), [&](LoginVerdict said) {
            verdict.set_value(said);
        });
        ASSERT_FALSE(now.has_value());
    }
    later.start(1);
    EXPECT_EQ(verdict.get_future().get(), LoginVerdict::accepted);
}

TEST_F(Passwords, marks_tell_when_a_password_was_changed) {
    const crypto::PasswordFile file = file_of({"alice", "bob"});
    const PasswordAuthenticator before(file, means_, entropy_);
    const PasswordAuthenticator same(file, means_, entropy_);
    crypto::PasswordFile changed = file_of({"alice"});
    changed.set("bob", file.find("bob")->secret);
    const PasswordAuthenticator after(changed, means_, entropy_);
    EXPECT_EQ(before.mark_of("alice"), same.mark_of("alice"));
    EXPECT_NE(before.mark_of("alice"), after.mark_of("alice"));
    EXPECT_EQ(before.mark_of("bob"), after.mark_of("bob"));
    EXPECT_EQ(after.mark_of("carol"), 0U);
}

TEST_F(Passwords, after_too_many_failures_a_password_is_not_looked_at) {
    PasswordAuthenticator logins(file_of({"alice", "bob"}), means_, entropy_);
    EXPECT_EQ(verdict(logins, "bob", "bob"), LoginVerdict::accepted);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(verdict(logins, "alice", "wrong"), LoginVerdict::refused);
    EXPECT_EQ(verdict(logins, "alice", "alice"), LoginVerdict::limited);
    EXPECT_FALSE(hashed_);
    EXPECT_EQ(verdict(logins, "bob", "wrong"), LoginVerdict::refused);
    EXPECT_EQ(verdict(logins, "bob", "bob"), LoginVerdict::accepted);
    clock_.advance(std::chrono::seconds(20));
    EXPECT_EQ(verdict(logins, "alice", "alice"), LoginVerdict::accepted);
}

TEST(success_cache, keeps_no_more_than_its_limit) {
    base::FixedEntropy entropy(1);
    SuccessCache cache(entropy);
    const base::SteadyTime now{};
    for (std::size_t i = 0; i <= SuccessCache::most_entries; ++i)
        cache.add(std::to_string(i), "x", now);
    EXPECT_FALSE(cache.knows("0", "x", now));
    EXPECT_TRUE(cache.knows("1", "x", now));
    EXPECT_TRUE(cache.knows(std::to_string(SuccessCache::most_entries), "x", now));
}

TEST(success_cache, a_repeated_success_lives_on) {
    base::FixedEntropy entropy(1);
    SuccessCache cache(entropy);
    const base::SteadyTime now{};
    const auto half = SuccessCache::life / 2;
    cache.add("a", "x", now);
    cache.add("a", "x", now + half);
    cache.add("b", "x", now + SuccessCache::life);
    EXPECT_TRUE(cache.knows("a", "x", now + SuccessCache::life));
    EXPECT_FALSE(cache.knows("a", "x", now + half + SuccessCache::life));
    EXPECT_FALSE(cache.knows("b", "y", now + SuccessCache::life));
}

} // namespace
