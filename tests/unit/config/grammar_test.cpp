#include "tests/unit/config/config_text.hpp"

#include <gtest/gtest.h>

namespace mqttd {

TEST(ConfigGrammar, comments_blank_lines_crlf_and_blanks_around_are_accepted) {
    const auto result = parse(
        "\xEF\xBB\xBF# first\r\n\r\n  \t\r\n  max_keepalive \t 60  \r\n\t# indented\nsys_interval 5"
    );
    ASSERT_TRUE(result) << to_text(result.errors);
    EXPECT_EQ(result->limits.max_keepalive, 60);
    EXPECT_EQ(result->sys_interval, std::chrono::seconds(5));
}

TEST(ConfigGrammar, booleans_are_true_false_1_and_0_in_any_case) {
    EXPECT_TRUE(parse("set_tcp_nodelay true")->tcp_nodelay);
    EXPECT_TRUE(parse("set_tcp_nodelay 1")->tcp_nodelay);
    EXPECT_TRUE(parse("set_tcp_nodelay TRUE")->tcp_nodelay);
    EXPECT_FALSE(parse("retain_available False")->retain_available);
    EXPECT_FALSE(parse("retain_available 0")->retain_available);
    EXPECT_EQ(
        errors_of("retain_available yes"),
        "mqttd: error: test.conf:1: retain_available must be true or false (got \"yes\")\n"
        "hint: write true"
    );
}

TEST(ConfigGrammar, numbers_may_be_hexadecimal_and_octal) {
    EXPECT_EQ(parse("max_keepalive 0x10")->limits.max_keepalive, 16);
    EXPECT_EQ(parse("max_keepalive 010")->limits.max_keepalive, 8);
    EXPECT_EQ(
        errors_of("max_keepalive 08"),
        "mqttd: error: test.conf:1: max_keepalive must be a number of seconds from 0 to 65535 (got "
        "\"08\")\n"
        "hint: a number that begins with 0 is octal"
    );
}

TEST(ConfigGrammar, a_comment_may_follow_a_number_or_a_word_but_nothing_else_may) {
    EXPECT_EQ(parse("max_keepalive 60 # a minute")->limits.max_keepalive, 60);
    EXPECT_EQ(
        errors_of("max_qos 1 2"),
        "mqttd: error: test.conf:1: max_qos must be 0, 1 or 2 (got \"1 2\")"
    );
}

TEST(ConfigGrammar, a_missing_value_says_what_it_may_be) {
    EXPECT_EQ(errors_of("max_qos"), "mqttd: error: test.conf:1: max_qos needs a value: 0, 1 or 2");
    EXPECT_EQ(errors_of("pid_file  "), "mqttd: error: test.conf:1: pid_file needs a value");
}

TEST(ConfigGrammar, a_text_value_is_the_rest_of_the_line) {
    EXPECT_EQ(parse("pid_file /run/my broker.pid \r")->pid_file, "/run/my broker.pid");
    EXPECT_EQ(parse("mount_point käse/")->listeners.at(0).mount_point, "käse/");
}

TEST(ConfigGrammar, a_text_value_with_a_number_sign_is_kept_with_a_warning) {
    EXPECT_EQ(parse("pid_file /run/a # b")->pid_file, "/run/a # b");
    EXPECT_EQ(
        warnings_of("pid_file /run/a # b"),
        "mqttd: warning: test.conf:1: the text after # is part of the value of pid_file\n"
        "hint: a comment needs a line of its own"
    );
}

TEST(ConfigGrammar, text_must_be_utf8_without_controls_and_not_too_long) {
    EXPECT_EQ(
        errors_of("pid_file /run/\xff"),
        "mqttd: error: test.conf:1: pid_file must be UTF-8 text without control characters (got "
        "\"/run/\\xff\")"
    );
    EXPECT_FALSE(parse(std::string("pid_file a\x01z")));
    EXPECT_FALSE(parse(std::string_view("pid_file a\0z", 12)));
    EXPECT_TRUE(parse("pid_file " + std::string(65535, 'x')));
    EXPECT_EQ(
        errors_of("pid_file " + std::string(65536, 'x')),
        "mqttd: error: test.conf:1: pid_file is longer than 65535 bytes"
    );
}

TEST(ConfigGrammar, a_text_option_that_is_set_twice_is_an_error) {
    EXPECT_EQ(
        errors_of("pid_file /a\n\npid_file /b"),
        "mqttd: error: test.conf:3: pid_file is set twice\nhint: it was set before at test.conf:1"
    );
}

TEST(ConfigGrammar, of_a_number_that_is_set_twice_the_last_one_counts) {
    EXPECT_EQ(parse("max_keepalive 5\nmax_keepalive 7")->limits.max_keepalive, 7);
}

TEST(ConfigGrammar, an_unknown_option_gets_a_suggestion) {
    EXPECT_EQ(
        errors_of("max_keepalives 5"),
        "mqttd: error: test.conf:1: unknown option \"max_keepalives\"\nhint: did you mean "
        "max_keepalive?"
    );
    EXPECT_EQ(
        errors_of("qwertyuiop 5"), "mqttd: error: test.conf:1: unknown option \"qwertyuiop\""
    );
    EXPECT_EQ(errors_of("\x1b[31m 5"), "mqttd: error: test.conf:1: unknown option \"\\x1b[31m\"");
}

TEST(ConfigGrammar, all_errors_of_a_file_are_reported) {
    EXPECT_EQ(
        errors_of("max_qos 3\nlistner 1883\nsys_interval 10\nhttp_dir /www\nthreads -1"),
        "mqttd: error: test.conf:1: max_qos must be 0, 1 or 2 (got \"3\")\n"
        "mqttd: error: test.conf:2: unknown option \"listner\"\nhint: did you mean listener?\n"
        "mqttd: error: test.conf:4: http_dir: needs the HTTP interface, which this version of "
        "mqttd "
        "does not have yet\n"
        "mqttd: error: test.conf:5: threads must be a number from 1 to 64, or auto (got \"-1\")"
    );
}

TEST(ConfigGrammar, what_mosquitto_has_given_up_but_still_reads_only_warns) {
    EXPECT_EQ(
        warnings_of("retry_interval 20\nretry_interval 5"),
        "mqttd: warning: test.conf:1: retry_interval is deprecated\nhint: messages are sent again "
        "when a client comes back, and at no other time\n"
        "mqttd: warning: test.conf:2: retry_interval is deprecated\nhint: messages are sent again "
        "when a client comes back, and at no other time"
    );
}

TEST(ConfigGrammar, a_deprecated_option_works_and_warns) {
    EXPECT_EQ(
        parse("clientid_prefixes pump-")->clientid_prefixes, std::vector<std::string>{"pump-"}
    );
    EXPECT_EQ(
        warnings_of("auto_id_prefix x-"),
        "mqttd: warning: test.conf:1: auto_id_prefix is deprecated\nhint: use "
        "listener_auto_id_prefix"
    );
}

TEST(ConfigGrammar, durations_have_a_unit) {
    const auto expiration = [](const char* value) {
        return parse(std::string("persistent_client_expiration ") + value)
            ->persistent_client_expiration;
    };
    EXPECT_EQ(expiration("90s"), std::chrono::seconds(90));
    EXPECT_EQ(expiration("2h"), std::chrono::hours(2));
    EXPECT_EQ(expiration("3d"), std::chrono::hours(72));
    EXPECT_EQ(expiration("1w"), std::chrono::hours(7 * 24));
    EXPECT_EQ(expiration("1m"), std::chrono::hours(30 * 24));
    EXPECT_EQ(expiration("1y"), std::chrono::hours(365 * 24));
    for (const char* bad : {"5", "h", "0d", "-1d", "5x", "101y", "99999999999999999999y"}) {
        EXPECT_FALSE(parse(std::string("persistent_client_expiration ") + bad)) << bad;
    }
}

TEST(ConfigGrammar, where_an_option_was_set_is_remembered) {
    EXPECT_EQ(parse("\npid_file /a")->origins.at("pid_file"), "test.conf:2");
}

TEST(ConfigGrammar, a_configuration_that_cannot_be_read_is_an_error) {
    const auto result = parse_config_file("/nonexistent/mqttd.conf");
    EXPECT_EQ(
        to_text(result.errors),
        "mqttd: error: /nonexistent/mqttd.conf: cannot read the configuration: No such file or "
        "directory\n"
    );
    EXPECT_EQ(
        to_text(parse_config_file("/").errors),
        "mqttd: error: /: cannot read the configuration: Is a directory\n"
    );
}

TEST(ConfigGrammar, the_name_of_an_included_file_is_printable_wherever_it_is_told) {
    const std::string directory("conf\x1b[2J");
    const MemoryFiles files(
        {{"main.conf", "include_dir " + directory},
         {directory + "/a.conf", "pid_file /run/a\nmax_qks 1\n"},
         {directory + "/b.conf", "allow_anonymous true\nper_listener_settings true\n"}}
    );
    const std::string printed = to_text(parse_config_file("main.conf", files).errors);
    EXPECT_EQ(printed.find('\x1b'), std::string::npos) << printed;
    EXPECT_NE(printed.find("conf\\x1b[2J/a.conf:2: unknown option"), std::string::npos) << printed;
    EXPECT_NE(printed.find("allow_anonymous at conf\\x1b[2J/b.conf:1"), std::string::npos)
        << printed;
}

} // namespace mqttd
