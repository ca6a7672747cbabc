#include "tools/mqttd/auth/login_limiter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using mqttd::LoginLimiter;
using std::chrono::seconds;

class Limiter : public testing::Test {
protected:
    void fail(const std::string& address, const std::string& user, int times = 1) {
        for (int i = 0; i < times; ++i)
            limiter_.failed(address, user, now_);
    }

    bool allows(const std::string& address, const std::string& user) {
        return limiter_.allows(address, user, now_);
    }

    base::FixedEntropy entropy_{1};
    LoginLimiter limiter_{{.per_address = 6, .per_user = 3}, entropy_};
    base::SteadyTime now_{};
};

TEST_F(Limiter, one_user_may_fail_so_often_from_anywhere) {
    fail("192.0.2.1", "bob", 2);
    EXPECT_TRUE(allows("192.0.2.1", "bob"));
    fail("192.0.2.2", "bob");
    EXPECT_FALSE(allows("192.0.2.3", "bob"));
    EXPECT_TRUE(allows("192.0.2.1", "alice"));
}

TEST_F(Limiter, one_address_may_fail_so_often_with_any_user) {
    for (const char* user : {"a", "b", "c", "d", "e", "f"}) {
        EXPECT_TRUE(allows("192.0.2.1", user));
        fail("192.0.2.1", user);
    }
    EXPECT_FALSE(allows("192.0.2.1", "g"));
    EXPECT_TRUE(allows("192.0.2.2", "g"));
}

TEST_F(Limiter, failures_are_made_up_for_evenly_within_a_minute) {
    fail("192.0.2.1", "bob", 3);
    now_ += seconds(19);
    EXPECT_FALSE(allows("192.0.2.1", "bob"));
    now_ += seconds(1);
    EXPECT_TRUE(allows("192.0.2.1", "bob"));
    fail("192.0.2.1", "bob");
    EXPECT_FALSE(allows("192.0.2.1", "bob"));
    now_ += seconds(600);
    fail("192.0.2.1", "bob", 2);
    EXPECT_TRUE(allows("192.0.2.1", "bob")) << "never more than a minute's failures are saved up";
    fail("192.0.2.1", "bob");
    EXPECT_FALSE(allows("192.0.2.1", "bob"));
}

TEST_F(Limiter, a_user_is_not_locked_out_by_others_where_it_is_at_home) {
    limiter_.succeeded("192.0.2.1", "bob", now_);
    fail("198.51.100.1", "bob", 3);
    EXPECT_FALSE(allows("198.51.100.2", "bob"));
    EXPECT_TRUE(allows("192.0.2.1", "bob"));
    fail("192.0.2.1", "bob", 3);
    EXPECT_FALSE(allows("192.0.2.1", "bob")) << "but its own failures there count";
    EXPECT_TRUE(allows("192.0.2.1", "alice"));
}

TEST_F(Limiter, a_network_of_ipv6_is_one_address) {
    for (const char* user : {"a", "b", "c", "d", "e", "f"})
        fail("2001:db8:1:2::" + std::string(user), user);
    EXPECT_FALSE(allows("2001:db8:1:2:ffff::1", "g"));
    EXPECT_TRUE(allows("2001:db8:1:3::1", "g"));
}

TEST_F(Limiter, without_a_limit_everything_is_allowed) {
    limiter_.set_limits({});
    fail("192.0.2.1", "bob", 1000);
    EXPECT_TRUE(allows("192.0.2.1", "bob"));
}

TEST_F(Limiter, it_forgets_what_was_not_used_for_longest) {
    fail("192.0.2.1", "bob", 3);
    for (std::size_t i = 0; i < LoginLimiter::most_entries; ++i)
        fail("192.0.2.1", "user " + std::to_string(i));
    EXPECT_EQ(limiter_.size(), LoginLimiter::most_entries);
    EXPECT_TRUE(allows("192.0.2.2", "bob"));
}

} // namespace
