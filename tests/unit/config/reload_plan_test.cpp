#include "tests/unit/config/config_text.hpp"
#include "tools/mqttd/config/option_table.hpp"
#include "tools/mqttd/config/reload_plan.hpp"

#include <gtest/gtest.h>

namespace mqttd {

namespace {

BrokerConfig config_of(std::string_view text) {
    const ConfigResult result = parse(text);
    EXPECT_TRUE(result) << to_text(result.errors);
    return result.config;
}

ReloadPlan plan(std::string_view running, std::string_view fresh) {
    return compare(config_of(running), config_of(fresh));
}

/// A value that differs from the default; empty: the row has none that can be guessed.
std::string another_value(const Option& option) {
    switch (option.type) {
    case ValueType::flag:
        return option.default_text == "true" ? "false" : "true";
    case ValueType::integer:
        return option.default_text == "1" || option.default_text == "0"
                   ? "2"
                   : std::to_string(option.minimum + 1);
    case ValueType::duration:
        return "2d";
    case ValueType::choice:
        return std::string(option.choices.substr(option.choices.rfind('|') + 1));
    case ValueType::text:
        return "other";
    case ValueType::custom:
        break;
    }
    return {};
}

} // namespace

TEST(ReloadPlan, the_same_file_changes_nothing) {
    const std::string text = "max_keepalive 60\nlistener 1883\nmax_qos 1\nlistener 0 /a.sock\n";
    const ReloadPlan same = plan(text, text);
    EXPECT_TRUE(same.empty());
    EXPECT_EQ(same.config.listeners.size(), 2U);
}

TEST(ReloadPlan, a_live_option_follows_at_once_and_tells_old_and_new_value_and_line) {
    const ReloadPlan one = plan("max_keepalive 60", "\n\nmax_keepalive 90");
    EXPECT_EQ(one.config.limits.max_keepalive, 90);
    ASSERT_EQ(one.applied.size(), 1U);
    EXPECT_TRUE(one.needs_restart.empty());
    EXPECT_EQ(describe_applied(one.applied[0]), "max_keepalive is 90 now (was 60), test.conf:3");
}

TEST(ReloadPlan, an_option_taken_out_of_the_file_goes_back_to_its_default) {
    const ReloadPlan one = plan("persistent_client_expiration 2d\nmax_keepalive 9", "");
    EXPECT_EQ(one.config.persistent_client_expiration, std::nullopt);
    EXPECT_EQ(one.config.limits.max_keepalive, 0);
    ASSERT_EQ(one.applied.size(), 2U);
    EXPECT_EQ(describe_applied(one.applied[0]), "max_keepalive is 0 now (was 9)");
    EXPECT_EQ(
        describe_applied(one.applied[1]),
        "persistent_client_expiration is not set now (was 172800s)"
    );
}

TEST(ReloadPlan, an_option_that_needs_a_restart_keeps_its_value) {
    const ReloadPlan one = plan("threads 2", "threads 4\nuser other");
    EXPECT_EQ(one.config.threads, 2U);
    EXPECT_EQ(one.config.user, "");
    EXPECT_TRUE(one.applied.empty());
    ASSERT_EQ(one.needs_restart.size(), 2U);
    EXPECT_EQ(
        describe_delayed(one.needs_restart[0]),
        "user stays not set until the next start (other in the file), test.conf:2"
    );
    EXPECT_EQ(
        describe_delayed(one.needs_restart[1]),
        "threads stays 2 until the next start (4 in the file), test.conf:1"
    );
}

TEST(ReloadPlan, every_row_with_a_member_is_noticed) {
    for (const Option& option : option_table()) {
        const bool has_member = option.global.show != nullptr || option.listener.show != nullptr;
        const std::string value = another_value(option);
        const bool is_default = option.name == "socket_domain" || option.name == "tls_version";
        if (!has_member || value.empty() || is_default) continue;
        const std::string line = std::string(option.name) + ' ' + value;
        const ReloadPlan one = plan("listener 1", "listener 1\n" + line);
        const auto& list = option.reload == Reload::live ? one.applied : one.needs_restart;
        ASSERT_EQ(list.size(), 1U) << line;
        // An alias of the member may stand first in the table.
        EXPECT_EQ(list[0].origin, "test.conf:2") << line;
        EXPECT_EQ(one.applied.size() + one.needs_restart.size(), 1U) << line;
        const bool taken_over = compare(one.config, config_of("listener 1\n" + line)).empty();
        EXPECT_EQ(taken_over, option.reload == Reload::live) << line;
    }
}

TEST(ReloadPlan, log_destinations_and_types_are_live) {
    const ReloadPlan one = plan("", "log_dest file /a.log\nlog_type debug");
    EXPECT_EQ(one.config.log.file, "/a.log");
    EXPECT_FALSE(one.config.log.to_stderr);
    EXPECT_EQ(one.config.log.types, base::log_bit(base::LogLevel::debug));
    ASSERT_EQ(one.applied.size(), 2U);
    EXPECT_EQ(
        describe_applied(one.applied[0]), "log_dest is file /a.log now (was stderr), test.conf:1"
    );
}

TEST(ReloadPlan, listeners_are_matched_by_address_and_keep_the_running_order) {
    const ReloadPlan one = plan(
        "listener 1\nmax_qos 1\nlistener 2 ::1\nmax_qos 2", "listener 2 ::1\nmax_qos 0\nlistener 1"
    );
    ASSERT_EQ(one.config.listeners.size(), 2U);
    EXPECT_EQ(one.config.listeners[0].port, 1);
    EXPECT_EQ(one.config.listeners[0].max_qos, 2);
    EXPECT_EQ(one.config.listeners[0].origin, "test.conf:3");
    EXPECT_EQ(one.config.listeners[1].max_qos, 0);
    ASSERT_EQ(one.applied.size(), 2U);
    EXPECT_EQ(
        describe_applied(one.applied[0]), "max_qos of listener 1 is 2 now (was 1), test.conf:3"
    );
    EXPECT_EQ(
        describe_applied(one.applied[1]), "max_qos of listener 2 ::1 is 0 now (was 2), test.conf:2"
    );
}

using Places = std::vector<std::size_t>;

TEST(ReloadPlan, a_listener_that_goes_is_closed_in_its_place_and_a_new_one_follows) {
    const ReloadPlan one = plan("listener 1\nlistener 2", "listener 2\nlistener 3 ::1");
    ASSERT_EQ(one.config.listeners.size(), 3U);
    EXPECT_EQ(one.config.listeners[0].port, 1);
    EXPECT_TRUE(one.config.listeners[0].closed);
    EXPECT_FALSE(one.config.listeners[1].closed);
    EXPECT_EQ(one.config.listeners[2].address, "::1");
    EXPECT_EQ(one.to_close, (Places{0}));
    EXPECT_EQ(one.to_open, (Places{2}));
    EXPECT_TRUE(one.needs_restart.empty());
    ASSERT_EQ(one.applied.size(), 2U);
    EXPECT_EQ(
        describe_applied(one.applied[0]), "listener 1 is closed: it is no longer in the file"
    );
    EXPECT_EQ(describe_applied(one.applied[1]), "listener 3 ::1 is open now, test.conf:2");
}

TEST(ReloadPlan, a_listener_that_comes_back_gets_its_old_place_and_its_new_options) {
    const ReloadPlan gone = plan("listener 1\nlistener 2", "listener 2");
    const ReloadPlan back = compare(gone.config, config_of("listener 1\nmax_qos 1\nlistener 2"));
    ASSERT_EQ(back.config.listeners.size(), 2U);
    EXPECT_FALSE(back.config.listeners[0].closed);
    EXPECT_EQ(back.config.listeners[0].max_qos, 1);
    EXPECT_EQ(back.to_open, (Places{0}));
    EXPECT_TRUE(back.to_close.empty());
}

TEST(ReloadPlan, a_closed_listener_is_not_closed_again) {
    const ReloadPlan gone = plan("listener 1\nlistener 2", "listener 2");
    EXPECT_TRUE(compare(gone.config, config_of("listener 2")).empty());
}

TEST(ReloadPlan, a_file_that_gets_its_first_listener_ends_the_local_only_mode) {
    const ReloadPlan one = plan("", "listener 1");
    EXPECT_FALSE(one.config.local_only);
    EXPECT_EQ(one.to_close.size(), 2U);
    EXPECT_EQ(one.to_open.size(), 1U);
    const ReloadPlan back = compare(one.config, config_of(""));
    EXPECT_TRUE(back.config.local_only);
    EXPECT_EQ(back.to_open, (Places{0, 1}));
    EXPECT_EQ(
        describe_applied(back.applied.back()), "listener 1 is closed: it is no longer in the file"
    );
}

TEST(ReloadPlan, a_listener_that_moves_to_another_interface_gets_another_socket) {
    const ReloadPlan one = plan(
        "listener 1\nbind_interface eth0\nlistener 1\nbind_interface eth1",
        "listener 1\nbind_interface eth1\nlistener 1\nbind_interface eth2\nmax_qos 1"
    );
    EXPECT_EQ(one.config.listeners[0].bind_interface, "eth2");
    EXPECT_EQ(one.config.listeners[0].max_qos, 1);
    EXPECT_EQ(one.config.listeners[1].bind_interface, "eth1");
    EXPECT_EQ(one.to_close, (Places{0}));
    EXPECT_EQ(one.to_open, (Places{0}));
    ASSERT_EQ(one.applied.size(), 2U);
    EXPECT_EQ(
        describe_applied(one.applied[0]),
        "bind_interface of listener 1 is eth2 now (was eth0), test.conf:4"
    );
}

TEST(ReloadPlan, what_listeners_inherit_is_reported_with_the_global_line) {
    const ReloadPlan one = plan("listener 1", "allow_zero_length_clientid false\nlistener 1");
    EXPECT_FALSE(one.config.listeners[0].allow_zero_length_clientid);
    ASSERT_EQ(one.applied.size(), 1U);
    EXPECT_EQ(one.applied[0].origin, "test.conf:1");
}

} // namespace mqttd
