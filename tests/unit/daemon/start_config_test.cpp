#include "tests/unit/config/config_text.hpp"
#include "tests/unit/config/fake_machine.hpp"
#include "tools/mqttd/app/start_config.hpp"
#include "tools/mqttd/config/log_words.hpp"

#include <gtest/gtest.h>

namespace mqttd {

namespace {

ConfigResult with(std::string_view text, const CommandLine& command) {
    ConfigResult result = parse(text);
    apply_command_line(result, command);
    return result;
}

std::vector<std::string> listeners_of(const ConfigResult& result) {
    std::vector<std::string> names;
    for (const ListenerConfig& listener : result->listeners)
        names.push_back(name_of(listener));
    return names;
}

using Names = std::vector<std::string>;

TEST(CommandLine, ports_are_opened_on_both_loopback_addresses) {
    const auto result = with("", {.config_file = {}, .ports = {1884, 1885}});
    EXPECT_EQ(
        listeners_of(result),
        (Names{
            "listener 1884 127.0.0.1",
            "listener 1884 ::1",
            "listener 1885 127.0.0.1",
            "listener 1885 ::1"})
    );
    EXPECT_TRUE(result->local_only);
    EXPECT_TRUE(result->allow_anonymous);
    EXPECT_TRUE(result.warnings.empty());
}

TEST(CommandLine, listeners_of_the_file_go_before_ports) {
    const auto result = with("listener 1883\n", {.config_file = {}, .ports = {1884}});
    EXPECT_EQ(listeners_of(result), Names{"listener 1883"});
    ASSERT_EQ(result.warnings.size(), 1U);
    EXPECT_EQ(
        to_text(result.warnings[0], Severity::warning),
        "mqttd: warning: port 1884 of the command line is not opened: the configuration has "
        "listeners\nhint: write it into the file: listener 1884"
    );
}

TEST(CommandLine, a_port_that_the_file_opens_as_well_is_no_surprise) {
    const auto result = with("listener 1884 127.0.0.1\n", {.config_file = {}, .ports = {1884}});
    EXPECT_EQ(listeners_of(result), Names{"listener 1884 127.0.0.1"});
    EXPECT_TRUE(result.warnings.empty());
}

TEST(CommandLine, verbose_goes_before_log_type) {
    const auto result = with("log_type error\n", {.config_file = {}, .ports = {}, .verbose = true});
    EXPECT_EQ(result->log.types, base::all_log_types);
}

TEST(CommandLine, quiet_leaves_no_destination_and_no_type) {
    const auto result =
        with("log_dest stdout\nlog_dest topic\n", {.config_file = {}, .ports = {}, .quiet = true});
    EXPECT_EQ(result->log.types, 0U);
    EXPECT_EQ(show_destinations(result->log), "none");
}

TEST(CommandLine, a_daemon_without_a_destination_logs_to_syslog) {
    const auto result = with("", {.config_file = {}, .ports = {}, .daemon = true});
    EXPECT_EQ(show_destinations(result->log), "syslog");
}

TEST(CommandLine, a_daemon_logs_where_the_file_says) {
    const auto result = with(
        "log_dest topic\nlog_dest file /tmp/x.log\n",
        {.config_file = {}, .ports = {}, .daemon = true}
    );
    EXPECT_EQ(show_destinations(result->log), "topic, file /tmp/x.log");
}

TEST(StartConfig, without_a_file_is_what_an_empty_file_gives) {
    const ConfigResult result = read_start_config({}, FakeMachine{});
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->local_only);
    EXPECT_EQ(listeners_of(result), (Names{"listener 1883 127.0.0.1", "listener 1883 ::1"}));
}

TEST(StartConfig, a_file_that_is_not_there_is_an_error) {
    CommandLine command;
    command.config_file = "/none/mqttd.conf";
    for (const ConfigResult& result :
         {read_start_config(command, FakeMachine{}), read_reload_config(command)}) {
        ASSERT_EQ(result.errors.size(), 1U);
        EXPECT_EQ(
            to_text(result.errors[0]),
            "mqttd: error: /none/mqttd.conf: cannot read the configuration: No such file or "
            "directory"
        );
    }
}

} // namespace

} // namespace mqttd
