#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/app/account.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace mqttd {

namespace {

class AccountTest : public testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only root has a choice";
    }

    ~AccountTest() override {
        ::unsetenv("PUID");
        ::unsetenv("PGID");
    }

    BrokerConfig config_;
};

TEST_F(AccountTest, is_the_one_of_the_configuration) {
    config_.user = "nobody";
    const auto account = account_for(config_);
    ASSERT_TRUE(account.has_value() && account->has_value());
    EXPECT_EQ((*account)->name, "nobody");
    EXPECT_NE((*account)->user, 0U);
}

TEST_F(AccountTest, root_stays_root_when_asked_to) {
    config_.user = "root";
    const auto account = account_for(config_);
    ASSERT_TRUE(account.has_value());
    EXPECT_FALSE(account->has_value());
}

TEST_F(AccountTest, an_unknown_one_is_an_error_of_its_line) {
    config_.user = "no-such-user";
    config_.origins["user"] = "a.conf:3";
    const auto account = account_for(config_);
    ASSERT_FALSE(account.has_value());
    EXPECT_EQ(
        to_text(account.error()), "mqttd: error: a.conf:3: there is no user \"no-such-user\""
    );
}

TEST_F(AccountTest, a_container_may_choose_the_numbers) {
    config_.user = "nobody";
    ::setenv("PUID", "1234", 1);
    ::setenv("PGID", "5678", 1);
    const auto account = account_for(config_);
    ASSERT_TRUE(account.has_value() && account->has_value());
    EXPECT_EQ((*account)->user, 1234U);
    EXPECT_EQ((*account)->group, 5678U);
    ::setenv("PGID", "staff", 1);
    EXPECT_EQ(
        to_text(account_for(config_).error()),
        "mqttd: error: the environment's PGID must be a number (got \"staff\")"
    );
}

TEST_F(AccountTest, gets_new_files_but_no_old_ones) {
    const test::TemporaryFolder folder;
    const Account account{"somebody", 1234, 5678};
    const auto owner_of = [](const std::string& path) {
        struct stat info {};

        EXPECT_EQ(::stat(path.c_str(), &info), 0);
        return info.st_uid;
    };
    make_file_for(account, folder.path("new"));
    EXPECT_EQ(owner_of(folder.path("new")), 1234U);
    make_file_for({"root", 0, 0}, folder.path("old"));
    make_file_for(account, folder.path("old"));
    EXPECT_EQ(owner_of(folder.path("old")), 0U);
}

} // namespace

} // namespace mqttd
