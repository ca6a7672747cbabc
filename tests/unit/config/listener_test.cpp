#include "tests/unit/config/config_text.hpp"

#include <gtest/gtest.h>

namespace mqttd {

TEST(
    ConfigListeners,
    without_a_listener_only_the_loopback_addresses_are_open_and_anonymous_is_allowed
) {
    const auto result = parse("");
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->local_only);
    EXPECT_TRUE(result->allow_anonymous);
    ASSERT_EQ(result->listeners.size(), 2U);
    EXPECT_EQ(result->listeners[0].address, "127.0.0.1");
    EXPECT_EQ(result->listeners[1].address, "::1");
    EXPECT_EQ(result->listeners[1].port, 1883);
    EXPECT_EQ(result->listeners[1].origin, "");
}

TEST(ConfigListeners, options_without_a_listener_apply_to_the_loopback_listeners) {
    const auto result = parse("max_connections 7\nsocket_domain ipv6");
    ASSERT_TRUE(result);
    ASSERT_EQ(result->listeners.size(), 1U);
    EXPECT_TRUE(result->local_only);
    EXPECT_EQ(result->listeners[0].address, "::1");
    EXPECT_EQ(result->listeners[0].max_connections, 7);
}

TEST(ConfigListeners, a_listener_forbids_anonymous_clients_unless_asked) {
    EXPECT_FALSE(parse("listener 1883")->allow_anonymous);
    EXPECT_FALSE(parse("port 1883")->allow_anonymous);
    EXPECT_TRUE(parse("listener 1883\nallow_anonymous true")->allow_anonymous);
    EXPECT_FALSE(parse("allow_anonymous false")->allow_anonymous);
}

TEST(ConfigListeners, options_belong_to_the_last_listener) {
    const auto result =
        parse("listener 1883 0.0.0.0\nmax_qos 1\nmount_point a/\n"
              "listener 1884 ::1 # local\nmount_point b/\nlistener_allow_anonymous true\n"
              "enable_proxy_protocol 2\naccept_protocol_versions 4, 5");
    ASSERT_TRUE(result) << to_text(result.errors);
    ASSERT_EQ(result->listeners.size(), 2U);
    const ListenerConfig& first = result->listeners[0];
    EXPECT_EQ(first.address, "0.0.0.0");
    EXPECT_EQ(first.max_qos, 1);
    EXPECT_EQ(first.mount_point, "a/");
    EXPECT_EQ(first.allow_anonymous, std::nullopt);
    EXPECT_EQ(first.proxy_protocol, ProxyProtocol::off);
    EXPECT_EQ(first.origin, "test.conf:1");
    const ListenerConfig& second = result->listeners[1];
    EXPECT_EQ(second.address, "::1");
    EXPECT_EQ(second.port, 1884);
    EXPECT_EQ(second.max_qos, 2);
    EXPECT_EQ(second.mount_point, "b/");
    EXPECT_EQ(second.allow_anonymous, true);
    EXPECT_EQ(second.proxy_protocol, ProxyProtocol::v2);
    EXPECT_FALSE(second.accept_v31);
    EXPECT_TRUE(second.accept_v311);
    EXPECT_TRUE(second.accept_v5);
    EXPECT_FALSE(result->local_only);
}

TEST(ConfigListeners, port_0_with_a_path_is_a_unix_socket) {
    const auto result = parse("listener 0 /run/my broker.sock");
    ASSERT_TRUE(result) << to_text(result.errors);
    EXPECT_EQ(result->listeners.at(0).port, 0);
    EXPECT_EQ(result->listeners.at(0).unix_path, "/run/my broker.sock");
    EXPECT_EQ(
        errors_of("listener 0"),
        "mqttd: error: test.conf:1: listener with port 0 needs the path of a Unix socket"
    );
    EXPECT_EQ(
        errors_of("listener 1883 /run/a.sock"),
        "mqttd: error: test.conf:1: listener takes a port and one address (got \"/run/a.sock\")\n"
        "hint: a Unix socket is \"listener 0 PATH\""
    );
    EXPECT_FALSE(parse("listener 0 /" + std::string(107, 'x')));
    EXPECT_TRUE(parse("listener 0 /" + std::string(106, 'x')));
    EXPECT_EQ(
        errors_of("listener 0 /a\nsocket_domain ipv4"),
        "mqttd: error: test.conf:1: bind_interface and socket_domain have no meaning for a Unix "
        "socket"
    );
}

TEST(ConfigListeners, a_bad_listener_line_is_one_error_and_its_options_are_still_checked) {
    EXPECT_EQ(
        errors_of("listener 70000\nmax_qos 9"),
        "mqttd: error: test.conf:1: listener must have a port from 0 to 65535 (got \"70000\")\n"
        "mqttd: error: test.conf:2: max_qos must be 0, 1 or 2 (got \"9\")"
    );
    EXPECT_EQ(errors_of("listener"), "mqttd: error: test.conf:1: listener needs a port");
    EXPECT_FALSE(parse("listener 1883x"));
    EXPECT_FALSE(parse("listener 1883 a b"));
}

TEST(ConfigListeners, the_old_style_port_and_bind_address_open_the_default_listener) {
    const auto result = parse(
        "port 1900\nbind_address 10.0.0.1\nmax_connections 5\nlistener 1901\nmax_connections 6"
    );
    ASSERT_TRUE(result) << to_text(result.errors);
    ASSERT_EQ(result->listeners.size(), 2U);
    EXPECT_EQ(result->listeners[0].port, 1900);
    EXPECT_EQ(result->listeners[0].address, "10.0.0.1");
    EXPECT_EQ(result->listeners[0].max_connections, 5);
    EXPECT_EQ(result->listeners[0].origin, "test.conf:1");
    EXPECT_EQ(result->listeners[1].max_connections, 6);
    EXPECT_EQ(parse("bind_address localhost")->listeners.at(0).port, 1883);
    EXPECT_FALSE(parse("port 0"));
    EXPECT_FALSE(parse("bind_address a b"));
    EXPECT_FALSE(parse("bind_address a\nbind_address b"));
}

TEST(ConfigListeners, listener_options_before_the_first_listener_open_port_1883_with_a_warning) {
    const auto result = parse("sys_interval 5\nmax_qos 1\nlistener 1900");
    ASSERT_EQ(result->listeners.size(), 2U);
    EXPECT_EQ(result->listeners[0].port, 1883);
    EXPECT_EQ(result->listeners[0].max_qos, 1);
    EXPECT_EQ(
        to_text(result.warnings, Severity::warning),
        "mqttd: warning: test.conf:2: max_qos stands before the first listener, so port 1883 is "
        "opened as well\n"
        "hint: move it below the listener it is meant for\n"
    );
}

TEST(ConfigListeners, the_same_listener_twice_is_an_error) {
    EXPECT_EQ(
        errors_of("listener 1883\nlistener 1884\nlistener 1883"),
        "mqttd: error: test.conf:3: this listener is the same as another one\n"
        "hint: the other one is at test.conf:1"
    );
}

TEST(ConfigListeners, listeners_inherit_the_prefix_and_the_permission_of_empty_client_ids) {
    const auto result = parse("auto_id_prefix g-\nallow_zero_length_clientid false\nlistener "
                              "1\nlistener 2\nlistener_auto_id_prefix l-");
    ASSERT_TRUE(result) << to_text(result.errors);
    EXPECT_EQ(result->listeners.at(0).auto_id_prefix, "g-");
    EXPECT_FALSE(result->listeners.at(0).allow_zero_length_clientid);
    EXPECT_EQ(result->listeners.at(1).auto_id_prefix, "l-");
}

TEST(ConfigListeners, with_per_listener_settings_security_options_belong_to_the_listener) {
    const auto result =
        parse("per_listener_settings true\nlistener 1\nallow_anonymous true\nauto_id_prefix a-\n"
              "listener 2\nallow_zero_length_clientid false\nauto_id_prefix b-");
    ASSERT_TRUE(result) << to_text(result.errors);
    EXPECT_FALSE(result->allow_anonymous);
    ASSERT_EQ(result->listeners.size(), 2U);
    EXPECT_EQ(result->listeners[0].allow_anonymous, true);
    EXPECT_EQ(result->listeners[0].auto_id_prefix, "a-");
    EXPECT_TRUE(result->listeners[0].allow_zero_length_clientid);
    EXPECT_EQ(result->listeners[1].allow_anonymous, std::nullopt);
    EXPECT_FALSE(result->listeners[1].allow_zero_length_clientid);
    EXPECT_EQ(result->listeners[1].auto_id_prefix, "b-");
}

TEST(ConfigListeners, password_and_acl_files_are_for_all_listeners_or_for_one) {
    const auto global = parse("listener 1\nlistener 2\npassword_file p\nacl_file a");
    for (const ListenerConfig& listener : global->listeners) {
        EXPECT_EQ(listener.password_file, "p");
        EXPECT_EQ(listener.acl_file, "a");
    }
    const auto own = parse("per_listener_settings true\npassword_file d\nlistener 1\n"
                           "password_file p\nlistener 2\nacl_file a");
    ASSERT_TRUE(own) << to_text(own.errors);
    ASSERT_EQ(own->listeners.size(), 3U) << "the default listener has a file";
    EXPECT_EQ(own->listeners[0].password_file, "d");
    EXPECT_EQ(own->listeners[1].password_file, "p");
    EXPECT_EQ(own->listeners[1].acl_file, "");
    EXPECT_EQ(own->listeners[2].password_file, "");
    EXPECT_EQ(own->listeners[2].acl_file, "a");
}

TEST(ConfigListeners, a_password_file_is_set_once_for_each_listener) {
    EXPECT_EQ(
        errors_of("password_file a\npassword_file b"),
        "mqttd: error: test.conf:2: password_file is set twice\n"
        "hint: it was set before at test.conf:1"
    );
}

TEST(ConfigListeners, per_listener_settings_must_come_first) {
    EXPECT_EQ(
        errors_of("allow_anonymous true\nper_listener_settings true"),
        "mqttd: error: test.conf:2: per_listener_settings must stand before the options it "
        "concerns\n"
        "hint: the first of them is allow_anonymous at test.conf:1"
    );
}

TEST(ConfigListeners, values_that_a_listener_cannot_have_are_refused) {
    EXPECT_FALSE(parse("protocol http_api"));
    EXPECT_EQ(
        errors_of("protocol amqp"),
        "mqttd: error: test.conf:1: protocol must be mqtt or websockets (got \"amqp\")"
    );
    EXPECT_TRUE(parse("protocol mqtt"));
    EXPECT_EQ(
        errors_of("mount_point a/#"),
        "mqttd: error: test.conf:1: mount_point must not have + or # in it (got \"a/#\")"
    );
    EXPECT_EQ(
        errors_of("listener_auto_id_prefix " + std::string(51, 'x')),
        "mqttd: error: test.conf:1: listener_auto_id_prefix is longer than 50 bytes (got 51)"
    );
    EXPECT_EQ(
        errors_of("socket_domain ipv5"),
        "mqttd: error: test.conf:1: socket_domain must be ipv4 or ipv6 (got \"ipv5\")"
    );
    for (const char* bad : {"", "2", "3,", ",3", "3 4", "3;4", "33", "5,6"}) {
        EXPECT_FALSE(parse(std::string("accept_protocol_versions ") + bad)) << bad;
    }
}

} // namespace mqttd
