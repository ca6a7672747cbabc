#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/auth/access_files.hpp"
#include "tools/mqttd/auth/make_access_control.hpp"
#include "tools/mqttd/config/parse_config.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace mqttd {

namespace {

constexpr std::string_view alice =
    "alice:$7$1000$c2FsdHNhbHRzYWx0$"
    "tIO7ShVmBxVrJlDXP0QXB9Cvp3LgmNXI/oqPmL3SEsJ0V7EfHUWxhG6lJVfQCjvX3JHCr0p6NbNmL2oqfyy1pw==\n";

class Files : public testing::Test {
protected:
    std::string write(const std::string& name, std::string_view text, mode_t mode = 0600) {
        const std::string path = folder_.path(name);
        std::ofstream(path, std::ios::binary) << text;
        ::chmod(path.c_str(), mode);
        return path;
    }

    AccessFiles read(const std::string& config) {
        result_ = parse_config_text(config, "test.conf");
        return read_access_files(result_.config, result_.errors, result_.warnings);
    }

    std::string errors() const { return to_text(result_.errors); }

    std::string warnings() const { return to_text(result_.warnings, Severity::warning); }

    test::TemporaryFolder folder_;
    ConfigResult result_;
};

TEST_F(Files, each_is_read_once_for_all_listeners) {
    const std::string users = write("users", alice);
    const std::string rules = write("rules", "topic a\n");
    const AccessFiles files =
        read("listener 1883\nlistener 1884\npassword_file " + users + "\nacl_file " + rules + "\n");
    EXPECT_EQ(errors() + warnings(), "");
    EXPECT_EQ(files.passwords.size(), 1U);
    EXPECT_NE(files.passwords.at(users)->find("alice"), nullptr);
    EXPECT_TRUE(files.rules.at(rules)->allows({"", "c"}, TopicAccess::read, "a"));
}

TEST_F(Files, with_per_listener_settings_each_listener_has_its_own) {
    const std::string users = write("users", alice);
    const std::string rules = write("rules", "topic a\n");
    const AccessFiles files = read(
        "per_listener_settings true\nlistener 1\npassword_file " + users +
        "\nlistener 2\nacl_file " + rules + "\nlistener 3\n"
    );
    EXPECT_EQ(errors(), "");
    HashPool pool;
    base::FixedEntropy entropy(1);
    base::ManualClock clock;
    LoginLimiter limiter({}, entropy);
    const auto access =
        make_access_control(result_.config, files, {pool, limiter, clock}, entropy, {});
    EXPECT_TRUE(access->checks_logins());
    EXPECT_NE(access->of(0).logins, nullptr);
    EXPECT_EQ(access->of(0).rules, nullptr);
    EXPECT_EQ(access->of(1).logins, nullptr);
    EXPECT_NE(access->of(1).rules, nullptr);
    EXPECT_EQ(access->of(2).logins, nullptr);
    EXPECT_EQ(access->of(2).rules, nullptr);
}

TEST_F(Files, one_that_cannot_be_read_is_an_error_at_its_option) {
    const std::string none = folder_.path("none");
    static_cast<void>(
        read("listener 1883\npassword_file " + none + "\nacl_file " + folder_.path("") + "\n")
    );
    ASSERT_EQ(result_.errors.size(), 2U) << errors();
    EXPECT_EQ(
        to_text(result_.errors[0]),
        "mqttd: error: test.conf:2: password_file: cannot open \"" + none +
            "\": No such file or directory"
    );
    EXPECT_TRUE(to_text(result_.errors[1]).starts_with("mqttd: error: test.conf:3: acl_file: "));
}

TEST_F(Files, all_mistakes_are_reported_with_their_lines) {
    const std::string users =
        write("users", "# x\nbob:secret\n" + std::string(alice) + "alice:$7$\n");
    const std::string rules = write("rules", "topic a\ntopic reed b\ntopc c\n");
    static_cast<void>(read("password_file " + users + "\nacl_file " + rules + "\n"));
    std::vector<std::string> places;
    for (const ConfigError& error : result_.errors)
        places.push_back(
            error.file.substr(folder_.path("").size() + 1) + std::to_string(error.line)
        );
    const std::vector<std::string> expected{"users2", "users4", "users4", "rules2", "rules3"};
    EXPECT_EQ(places, expected) << errors();
}

TEST_F(Files, empty_rules_forbid_everything_and_are_noticed) {
    for (const std::string_view text : {"", "\n\n", "# only a comment\n", "\xEF\xBB\xBF"}) {
        const std::string rules = write("rules", text);
        const AccessFiles files = read("acl_file " + rules + "\n");
        EXPECT_EQ(errors(), "");
        EXPECT_NE(warnings().find("no rules"), std::string::npos) << text;
        EXPECT_FALSE(files.rules.at(rules)->allows({"", "c"}, TopicAccess::read, "a"));
    }
}

TEST_F(Files, a_password_file_that_everybody_may_read_is_noticed) {
    const std::string users = write("users", alice, 0644);
    static_cast<void>(read("allow_anonymous false\npassword_file " + users + "\n"));
    EXPECT_EQ(errors(), "");
    EXPECT_NE(warnings().find("everybody on this machine may read"), std::string::npos);
}

} // namespace

} // namespace mqttd
