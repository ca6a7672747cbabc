#include "tests/unit/config/config_text.hpp"
#include "tests/unit/config/fake_machine.hpp"
#include "tools/mqttd/config/check_config.hpp"

#include <gtest/gtest.h>

namespace mqttd {

namespace {

const std::string anonymous = "allow_anonymous true\n";

ConfigFindings check(std::string_view text, const FakeMachine& machine = FakeMachine{}) {
    const ConfigResult result = parse(text);
    EXPECT_TRUE(result) << to_text(result.errors);
    return check_config(result.config, machine);
}

std::string without_end(std::string text) {
    if (!text.empty()) text.pop_back();
    return text;
}

std::string found_errors(std::string_view text, const FakeMachine& machine = FakeMachine{}) {
    return without_end(to_text(check(text, machine).errors));
}

std::string found_warnings(std::string_view text, const FakeMachine& machine = FakeMachine{}) {
    return without_end(to_text(check(text, machine).warnings, Severity::warning));
}

} // namespace

TEST(CheckConfig, the_default_configuration_has_no_findings) {
    EXPECT_EQ(found_errors(""), "");
    EXPECT_EQ(found_warnings(""), "");
    EXPECT_EQ(found_warnings("listener 1883\nlistener 0 /run/a.sock\n" + anonymous), "");
}

TEST(CheckConfig, a_password_file_without_a_listener_keeps_nobody_out) {
    EXPECT_EQ(
        found_warnings("password_file users"),
        "mqttd: warning: test.conf:1: clients without a user name may connect, because no listener "
        "is configured\n"
        "hint: allow_anonymous false keeps them out"
    );
    EXPECT_EQ(found_warnings("password_file users\nallow_anonymous false"), "");
    EXPECT_EQ(found_warnings("listener 1883\npassword_file users"), "");
}

TEST(CheckConfig, all_findings_are_reported_each_with_its_line) {
    FakeMachine machine;
    machine.root = true;
    machine.unwritable["/none/a.log"] = "No such file or directory";
    const ConfigFindings findings = check(
        "user nobody-here\nlog_dest file /none/a.log\nlistener 1883 nowhere\nbind_interface "
        "eth9\n" +
            anonymous,
        machine
    );
    ASSERT_EQ(findings.errors.size(), 4U) << to_text(findings.errors);
    EXPECT_EQ(
        without_end(to_text(findings.errors)),
        "mqttd: error: test.conf:4: there is no network interface \"eth9\"\n"
        "mqttd: error: test.conf:3: the address \"nowhere\" cannot be found: Name or service not "
        "known\n"
        "mqttd: error: test.conf:1: there is no user \"nobody-here\"\n"
        "hint: make it with: adduser --system --group --no-create-home nobody-here\n"
        "mqttd: error: test.conf:2: log_dest file \"/none/a.log\" cannot be written: No such file "
        "or directory"
    );
}

TEST(CheckConfig, listeners_that_want_the_same_address_are_an_error) {
    FakeMachine machine;
    machine.hosts["localhost"] = {"127.0.0.1", "::1"};
    EXPECT_EQ(
        found_errors("listener 1883\nlistener 1884\nlistener 1883 127.0.0.1\n", machine),
        "mqttd: error: test.conf:3: listener 1883 127.0.0.1 wants an address and port that "
        "listener 1883 has already\n"
        "hint: the other one is at test.conf:1"
    );
    EXPECT_NE(found_errors("listener 1 ::1\nlistener 1 localhost", machine), "");
    EXPECT_EQ(
        found_errors("listener 1 ::1\nlistener 1 localhost\nsocket_domain ipv4", machine), ""
    );
    EXPECT_EQ(found_errors("listener 1 127.0.0.1\nlistener 1 127.0.0.2", machine), "");
    EXPECT_EQ(found_errors("listener 1\nsocket_domain ipv6\nlistener 1 127.0.0.1", machine), "");
}

TEST(CheckConfig, listeners_on_two_interfaces_may_share_a_port_but_not_with_one_on_all) {
    FakeMachine machine;
    machine.interfaces = {"eth0", "eth1"};
    const std::string two = "listener 1\nbind_interface eth0\nlistener 1\nbind_interface eth1\n";
    EXPECT_EQ(found_errors(two, machine), "");
    EXPECT_NE(found_errors(two + "listener 1", machine), "");
}

TEST(CheckConfig, an_address_of_the_wrong_kind_cannot_be_found) {
    EXPECT_EQ(
        found_errors("listener 1 ::1\nsocket_domain ipv4"),
        "mqttd: error: test.conf:1: the address \"::1\" cannot be found: Name or service not "
        "known\n"
        "hint: socket_domain allows one kind of addresses only"
    );
}

TEST(CheckConfig, a_unix_socket_needs_a_directory_that_can_be_written) {
    FakeMachine machine;
    machine.unwritable["/none/a.sock"] = "the directory /none: No such file or directory";
    EXPECT_EQ(
        found_errors("listener 0 /none/a.sock", machine),
        "mqttd: error: test.conf:1: no Unix socket can be made at \"/none/a.sock\": the directory "
        "/none: No such file or directory"
    );
}

TEST(CheckConfig, one_file_cannot_serve_two_purposes) {
    EXPECT_EQ(
        found_errors("log_dest file /a\npid_file /a"),
        "mqttd: error: test.conf:2: pid_file \"/a\" is the file of log_dest file too"
    );
    EXPECT_NE(found_errors("listener 0 /a\nlog_dest file /a"), "");
}

TEST(CheckConfig, a_missing_user_is_an_error_for_root_and_a_warning_for_others) {
    FakeMachine machine;
    EXPECT_EQ(
        found_warnings("user m", machine),
        "mqttd: warning: test.conf:1: there is no user \"m\"; it would be needed when mqttd is "
        "started by root"
    );
    EXPECT_EQ(found_errors("user m", machine), "");
    machine.root = true;
    EXPECT_NE(found_errors("user m", machine), "");
    machine.users.insert("m");
    EXPECT_EQ(found_errors("user m", machine), "");
    EXPECT_EQ(found_warnings("user m", machine), "");
}

TEST(CheckConfig, a_listener_that_nobody_can_log_in_to_is_a_warning) {
    EXPECT_EQ(
        found_warnings("listener 1883"),
        "mqttd: warning: test.conf:1: no client can connect to listener 1883: allow_anonymous is "
        "false and there is no other way to log in\n"
        "hint: password_file names a file of users; allow_anonymous true lets everybody in who "
        "reaches the port"
    );
    EXPECT_TRUE(found_warnings("listener 1\nlistener_allow_anonymous false\n" + anonymous)
                    .starts_with("mqttd: warning: test.conf:2: no client can connect to listener 1")
    );
}

TEST(CheckConfig, limits_that_cannot_be_reached_are_warnings) {
    EXPECT_EQ(
        found_warnings("global_max_clients 10\nglobal_max_connections 20"),
        "mqttd: warning: test.conf:2: global_max_connections 20 cannot be reached: "
        "global_max_clients is 10\n"
        "hint: a connected client counts for both"
    );
    EXPECT_EQ(
        found_warnings("global_max_connections 5\nlistener 1\nmax_connections 6\n" + anonymous),
        "mqttd: warning: test.conf:3: max_connections 6 cannot be reached: global_max_connections "
        "is 5"
    );
    EXPECT_EQ(
        found_warnings(
            "listener 1\nmax_connections 6\nmax_connections_per_address 7\n" + anonymous
        ),
        "mqttd: warning: test.conf:3: max_connections_per_address 7 cannot be reached: "
        "max_connections is 6"
    );
    FakeMachine machine;
    machine.open_files = 1024;
    EXPECT_EQ(found_warnings("global_max_connections 900", machine), "");
    EXPECT_EQ(
        found_warnings("global_max_connections 1000", machine),
        "mqttd: warning: test.conf:1: global_max_connections 1000 cannot be reached: the process "
        "may open 1024 files\n"
        "hint: raise the limit with LimitNOFILE= of the systemd unit, or ulimit -n"
    );
}

TEST(CheckConfig, limits_of_zero_connections_are_warnings) {
    EXPECT_EQ(
        found_warnings("global_max_connections 0"),
        "mqttd: warning: test.conf:1: global_max_connections 0 lets no client connect"
    );
    EXPECT_EQ(
        found_warnings("listener 1\nmax_connections 0\n" + anonymous),
        "mqttd: warning: test.conf:2: max_connections 0 lets no client connect to listener 1"
    );
    EXPECT_NE(found_warnings("global_max_clients 0"), "");
}

TEST(CheckConfig, options_without_effect_are_warnings) {
    for (const std::string option :
         {"message_size_limit 3000000", "max_connect_size 3000000", "log_facility 3"}) {
        const std::string warning = found_warnings(option);
        const std::string name = option.substr(0, option.find(' '));
        EXPECT_TRUE(warning.starts_with("mqttd: warning: test.conf:1: " + name)) << warning;
        EXPECT_NE(warning.find("has no effect"), std::string::npos) << warning;
    }
    EXPECT_EQ(found_warnings("max_packet_size 1000"), "");
    EXPECT_EQ(
        found_warnings("log_timestamp false\nlog_timestamp_format %H"),
        "mqttd: warning: test.conf:2: log_timestamp_format has no effect: log_timestamp is false"
    );
    for (const std::string option :
         {"max_retained_messages", "max_retained_bytes", "retain_expiry_interval"}) {
        EXPECT_EQ(
            found_warnings("retain_available false\n" + option + " 5"),
            "mqttd: warning: test.conf:2: " + option + " has no effect: retain_available is false"
        );
    }
}

TEST(CheckConfig, a_queue_smaller_than_one_message_is_a_warning) {
    EXPECT_TRUE(found_warnings("max_queued_bytes 1000")
                    .starts_with("mqttd: warning: test.conf:1: max_queued_bytes 1000 is less than "
                                 "one message may have (2000000)"));
    EXPECT_EQ(found_warnings("max_queued_bytes 1000\nmessage_size_limit 1000"), "");
    EXPECT_EQ(found_warnings("max_queued_bytes 2000000"), "");
}

TEST(CheckConfig, a_time_format_that_gives_nothing_or_too_much_is_an_error) {
    EXPECT_EQ(
        found_errors("log_timestamp_format " + std::string(78, '%') + "%c%c%c%c%c%c%c%c%c%c%c"),
        "mqttd: error: test.conf:1: log_timestamp_format \"" + std::string(78, '%') +
            "%c…\" gives no text of 1 to 255 bytes\n"
            "hint: the forms are those of strftime(3), for example %Y-%m-%dT%H:%M:%S"
    );
    EXPECT_EQ(found_errors("log_timestamp_format %Y-%m-%dT%H:%M:%S"), "");
}

TEST(CheckConfig, a_mount_point_deeper_than_topics_may_be_is_an_error) {
    EXPECT_EQ(
        found_errors("max_topic_levels 2\nlistener 1\nmount_point a/b/"),
        "mqttd: error: test.conf:3: mount_point has 3 levels, and max_topic_levels is 2"
    );
    EXPECT_EQ(found_errors("max_topic_levels 3\nlistener 1\nmount_point a/b/"), "");
}

} // namespace mqttd
