#include "tests/unit/config/config_text.hpp"
#include "tools/mqttd/config/option_table.hpp"

#include <gtest/gtest.h>

#include <array>

namespace mqttd {

namespace {

/// Every option that mosquitto 2.1 documents or reads, by its manual's sections.
constexpr auto mosquitto_options = std::to_array<std::string_view>({
    // general
    "include_dir",
    "user",
    "pid_file",
    "connection_messages",
    "sys_interval",
    "set_tcp_nodelay",
    "packet_buffer_size",
    "websockets_headers_size",
    "enable_control_api",
    "per_listener_settings",
    // limits and protocol
    "global_max_clients",
    "global_max_connections",
    "max_inflight_messages",
    "max_inflight_bytes",
    "max_queued_messages",
    "max_queued_bytes",
    "queue_qos0_messages",
    "max_keepalive",
    "max_packet_size",
    "message_size_limit",
    "memory_limit",
    "retain_available",
    "retain_expiry_interval",
    "upgrade_outgoing_qos",
    "allow_duplicate_messages",
    "persistent_client_expiration",
    "clientid_prefixes",
    // security
    "allow_anonymous",
    "listener_allow_anonymous",
    "password_file",
    "acl_file",
    "psk_file",
    "allow_zero_length_clientid",
    "auto_id_prefix",
    "listener_auto_id_prefix",
    "plugin",
    "global_plugin",
    "auth_plugin",
    "plugin_load",
    "plugin_use",
    "plugin_opt_key",
    "auth_opt_key",
    "auth_plugin_deny_special_chars",
    // persistence
    "persistence",
    "retained_persistence",
    "persistence_file",
    "persistence_location",
    "autosave_interval",
    "autosave_on_changes",
    // logging
    "log_dest",
    "log_facility",
    "log_type",
    "log_timestamp",
    "log_timestamp_format",
    // listeners
    "listener",
    "port",
    "bind_address",
    "bind_interface",
    "socket_domain",
    "protocol",
    "accept_protocol_versions",
    "max_connections",
    "max_qos",
    "maximum_qos",
    "max_topic_alias",
    "max_topic_alias_broker",
    "mount_point",
    "use_username_as_clientid",
    "enable_proxy_protocol",
    "http_dir",
    "websockets_origin",
    "websockets_log_level",
    // TLS of listeners
    "cafile",
    "capath",
    "certfile",
    "keyfile",
    "ciphers",
    "ciphers_tls1.3",
    "crlfile",
    "dhparamfile",
    "disable_client_cert_date_checks",
    "require_certificate",
    "tls_version",
    "tls_engine",
    "tls_engine_kpass_sha1",
    "tls_keyform",
    "use_identity_as_username",
    "use_subject_as_username",
    "psk_hint",
    // bridges
    "connection",
    "address",
    "addresses",
    "round_robin",
    "start_type",
    "threshold",
    "idle_timeout",
    "restart_timeout",
    "keepalive_interval",
    "cleansession",
    "local_cleansession",
    "bridge_protocol_version",
    "try_private",
    "bridge_attempt_unsubscribe",
    "bridge_bind_address",
    "bridge_max_packet_size",
    "bridge_max_topic_alias",
    "bridge_outgoing_retain",
    "bridge_receive_maximum",
    "bridge_session_expiry_interval",
    "bridge_tcp_keepalive",
    "bridge_tcp_user_timeout",
    "notifications",
    "notifications_local_only",
    "notification_topic",
    "remote_clientid",
    "clientid",
    "remote_username",
    "username",
    "remote_password",
    "password",
    "local_clientid",
    "local_username",
    "local_password",
    "topic",
    "bridge_reload_type",
    "bridge_cafile",
    "bridge_capath",
    "bridge_tls_use_os_certs",
    "bridge_certfile",
    "bridge_keyfile",
    "bridge_insecure",
    "bridge_alpn",
    "bridge_tls_version",
    "bridge_ciphers",
    "bridge_ciphers_tls1.3",
    "bridge_require_ocsp",
    "bridge_identity",
    "bridge_psk",
});

} // namespace

TEST(ConfigCompatibility, every_option_of_mosquitto_is_known) {
    for (const std::string_view name : mosquitto_options) {
        EXPECT_NE(find_option(name), nullptr) << name;
    }
}

TEST(ConfigCompatibility, every_option_that_is_not_built_is_refused_with_what_it_needs) {
    for (const std::string_view name : mosquitto_options) {
        const Option* option = find_option(name);
        if (option == nullptr || option->built()) continue;
        const std::string expected = "mqttd: error: test.conf:1: " + std::string(name) +
                                     ": needs " + std::string(option->needs) +
                                     ", which this version of mqttd does not have yet";
        EXPECT_EQ(errors_of(std::string(name) + " some value"), expected);
        EXPECT_EQ(errors_of(std::string(name)), expected);
    }
}

TEST(ConfigCompatibility, values_that_ask_for_nothing_are_accepted) {
    for (const char* line :
         {"persistence false",
          "retained_persistence 0",
          "protocol mqtt",
          "enable_control_api false",
          "require_certificate false # no TLS",
          "use_identity_as_username false",
          "autosave_on_changes false",
          "websockets_log_level 0"}) {
        EXPECT_EQ(errors_of(line), "") << line;
    }
    EXPECT_EQ(
        errors_of("enable_control_api true"),
        "mqttd: error: test.conf:1: enable_control_api: needs the control interface, which this "
        "version of mqttd does not have yet"
    );
}

TEST(ConfigCompatibility, a_typical_configuration_is_read_whole) {
    const auto result = parse("# a broker\r\nper_listener_settings false\r\npid_file "
                              "/run/mosquitto/mosquitto.pid\r\npersistence false\r\n"
                              "log_dest file /var/log/mosquitto/mosquitto.log\r\nlog_dest "
                              "stdout\r\nlog_type error\r\nlog_type warning\r\n"
                              "log_timestamp_format %Y-%m-%dT%H:%M:%S\r\nallow_anonymous "
                              "true\r\nmax_queued_messages 5000\r\n"
                              "listener 1883 0.0.0.0\r\nmax_connections -1\r\n");
    ASSERT_TRUE(result) << to_text(result.errors);
    EXPECT_EQ(result->log.file, "/var/log/mosquitto/mosquitto.log");
    EXPECT_TRUE(result->log.to_stdout);
    EXPECT_FALSE(result->log.to_stderr);
    EXPECT_EQ(result->limits.max_queued_messages, 5000U);
    EXPECT_EQ(result->log.timestamp_format, "%Y-%m-%dT%H:%M:%S");
}

TEST(ConfigCompatibility, a_name_that_only_begins_like_an_option_is_shown_escaped) {
    EXPECT_EQ(
        errors_of(std::string("plugin_opt_\x01x y")),
        "mqttd: error: test.conf:1: unknown option \"plugin_opt_\\x01x\"\n"
        "hint: did you mean plugin_opt_?"
    );
}

} // namespace mqttd
