#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/config/config_text.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/load_certificates.hpp"
#include "tools/mqttd/config/reload_plan.hpp"

#include <gtest/gtest.h>

namespace mqttd {

namespace {

/// Errors and warnings of the checks that open no file.
std::string findings_of(std::string_view text) {
    ConfigResult result = parse(text);
    ConfigFindings findings;
    check_transports(findings, result.config);
    return to_text(result.errors) + to_text(findings.errors) +
           to_text(findings.warnings, Severity::warning);
}

} // namespace

TEST(ConfigTransports, the_old_lines_for_tcp_and_websocket_work) {
    const auto result = parse("port 9001\nprotocol websockets\nlistener 1883\n");
    ASSERT_TRUE(result) << to_text(result.errors);
    ASSERT_EQ(result->listeners.size(), 2U);
    EXPECT_EQ(result->listeners[0].port, 9001);
    EXPECT_TRUE(result->listeners[0].websockets);
    EXPECT_EQ(result->listeners[1].port, 1883);
    EXPECT_FALSE(result->listeners[1].websockets);
    EXPECT_EQ(result->listeners[0].websockets_ping_interval, std::chrono::seconds(25));
}

TEST(ConfigTransports, every_tls_option_of_a_listener_is_read) {
    const auto result =
        parse("psk_file keys\nlistener 8883\ncertfile a.crt\nkeyfile a.key\ncertfile b.crt\n"
              "keyfile b.key\ncafile ca.crt\ncapath cas\ncrlfile crl\nciphers X\n"
              "ciphers_tls1.3 Y\ntls_version tlsv1.3\nrequire_certificate true\n"
              "disable_client_cert_date_checks true\nuse_identity_as_username true\n"
              "use_subject_as_username true\ntls_keylog log\ntls_keyform pem\n");
    ASSERT_TRUE(result) << to_text(result.errors);
    ASSERT_EQ(result->listeners.size(), 1U);
    const ListenerTls& tls = result->listeners[0].tls;
    EXPECT_EQ(tls.certificate_files, (std::vector<std::string>{"a.crt", "b.crt"}));
    EXPECT_EQ(tls.key_files, (std::vector<std::string>{"a.key", "b.key"}));
    EXPECT_EQ(tls.ca_file, "ca.crt");
    EXPECT_EQ(tls.ca_path, "cas");
    EXPECT_EQ(tls.crl_file, "crl");
    EXPECT_EQ(tls.ciphers, "X");
    EXPECT_EQ(tls.cipher_suites, "Y");
    EXPECT_EQ(tls.minimum, TlsMinimum::tls_1_3);
    EXPECT_TRUE(tls.require_certificate);
    EXPECT_TRUE(tls.ignores_client_dates);
    EXPECT_TRUE(tls.identity_as_username);
    EXPECT_TRUE(tls.subject_as_username);
    EXPECT_EQ(tls.psk_file, "keys");
    EXPECT_EQ(tls.keylog_file, "log");
}

TEST(ConfigTransports, shared_keys_can_belong_to_one_listener) {
    const auto result =
        parse("per_listener_settings true\nlistener 1\npsk_file a\npsk_hint x\nlistener 2\n");
    ASSERT_TRUE(result) << to_text(result.errors);
    EXPECT_EQ(result->listeners[0].tls.psk_file, "a");
    EXPECT_EQ(result->listeners[0].tls.psk_hint, "x");
    EXPECT_EQ(result->listeners[1].tls.psk_file, "");
}

TEST(ConfigTransports, what_mqttd_cannot_do_is_refused_and_what_changes_nothing_warns) {
    EXPECT_EQ(
        errors_of("listener 1\ntls_engine pkcs11"),
        "mqttd: error: test.conf:2: tls_engine: mqttd does not load engines: OpenSSL 3 has "
        "given them up for providers\n"
        "hint: put the private key into a PEM file that only mqttd can read and name it with "
        "keyfile; a key that must stay in its hardware needs a TLS proxy in front "
        "(enable_proxy_protocol)"
    );
    EXPECT_NE(errors_of("tls_keyform engine"), "");
    EXPECT_NE(errors_of("tls_keyform der"), "");
    EXPECT_NE(errors_of("certfile"), "");
    EXPECT_EQ(errors_of("dhparamfile dh.pem"), "");
    EXPECT_NE(
        warnings_of("dhparamfile dh.pem").find("dhparamfile has no effect"), std::string::npos
    );
    EXPECT_NE(warnings_of("websockets_log_level 0").find("has no effect"), std::string::npos);
}

TEST(ConfigTransports, origins_and_proxies_are_lists) {
    const auto result =
        parse("listener 1\nprotocol websockets\nwebsockets_origin https://a.example\n"
              "websockets_origin http://localhost:3000\ntrusted_proxy 127.0.0.1\n"
              "trusted_proxy 10.0.0.0/8\nwebsockets_ping_interval 0\n");
    ASSERT_TRUE(result) << to_text(result.errors);
    EXPECT_EQ(result->listeners[0].websockets_origins.size(), 2U);
    EXPECT_EQ(result->listeners[0].trusted_proxies.size(), 2U);
    EXPECT_EQ(result->listeners[0].websockets_ping_interval.count(), 0);
    EXPECT_NE(errors_of("websockets_origin a.example"), "");
    EXPECT_NE(errors_of("websockets_origin https://a.example/"), "");
    EXPECT_NE(errors_of("trusted_proxy proxy.example"), "");
    EXPECT_NE(errors_of("allow_from everybody"), "");
    EXPECT_NE(errors_of("deny_from 10.0.0.0/33"), "");
}

TEST(ConfigTransports, options_that_do_not_go_together_are_found) {
    EXPECT_EQ(
        findings_of("listener 1\ncertfile a"),
        "mqttd: error: test.conf:2: listener 1 has a certfile without keyfile\n"
        "hint: each certfile needs the keyfile of its private key\n"
    );
    EXPECT_EQ(
        findings_of("listener 1\nkeyfile a"),
        "mqttd: error: test.conf:2: listener 1 has a keyfile without certfile\n"
    );
    EXPECT_EQ(
        findings_of("listener 1\ncafile a"),
        "mqttd: error: test.conf:2: cafile has no meaning for listener 1: it has no certfile\n"
        "hint: with certfile and keyfile it speaks TLS\n"
    );
    const std::string tls = "listener 1\ncertfile a\nkeyfile b\n";
    EXPECT_EQ(findings_of(tls), "");
    EXPECT_EQ(
        findings_of(tls + "require_certificate true"),
        "mqttd: error: test.conf:4: require_certificate needs cafile or capath: which CA may sign "
        "certificates of clients\n"
    );
    EXPECT_EQ(
        findings_of(tls + "use_identity_as_username true"),
        "mqttd: error: test.conf:4: no client can connect to listener 1: use_identity_as_username "
        "is true and clients are not asked for a certificate\n"
        "hint: add require_certificate true and cafile\n"
    );
    EXPECT_NE(
        findings_of(tls + "psk_hint x\npsk_file y").find("both psk_hint and certfile"),
        std::string::npos
    );
    EXPECT_NE(
        findings_of("listener 1\npsk_hint x").find("there is no psk_file"), std::string::npos
    );
    EXPECT_EQ(findings_of("psk_file y\nlistener 1\npsk_hint x\nuse_identity_as_username true"), "");
    EXPECT_EQ(
        findings_of("psk_file y\nlistener 1"),
        "mqttd: warning: test.conf:1: psk_file has no effect: no listener has a psk_hint\n"
    );
    EXPECT_NE(
        findings_of(tls + "crlfile x").find("no effect without require_certificate"),
        std::string::npos
    );
    EXPECT_NE(
        findings_of("listener 1\nwebsockets_origin https://a").find("without protocol websockets"),
        std::string::npos
    );
}

TEST(ConfigTransports, all_certificates_are_opened_and_every_problem_has_its_line) {
    const test::TemporaryFolder folder;
    support::TestCa ca(folder.path(""), "ca");
    ca.issue("good", "localhost");
    const std::string good =
        "certfile " + ca.path("good.crt") + "\nkeyfile " + ca.path("good.key") + "\n";
    ConfigResult result = parse(
        "listener 1\n" + good + "listener 2\n" + good + "certfile /no/such.crt\nkeyfile " +
        ca.path("good.key") + "\nlistener 3\n"
    );
    load_certificates(result.config, result.errors, result.warnings);
    EXPECT_EQ(
        to_text(result.errors),
        "mqttd: error: test.conf:7: certfile \"/no/such.crt\": No such file or directory\n"
    );
    EXPECT_NE(result.config.listeners[0].tls.context, nullptr);
    EXPECT_EQ(result.config.listeners[1].tls.context, nullptr);
    EXPECT_EQ(result.config.listeners[2].tls.context, nullptr);
}

TEST(ConfigTransports, a_reload_brings_new_files_and_another_protocol) {
    const auto before = parse("listener 1\ncertfile a\nkeyfile b\n");
    const auto after = parse("listener 1\nprotocol websockets\ncertfile c\nkeyfile b\n"
                             "trusted_proxy 127.0.0.1\n");
    const ReloadPlan plan = compare(*before, *after);
    EXPECT_EQ(plan.applied.size(), 3U);
    EXPECT_TRUE(plan.needs_restart.empty());
    EXPECT_EQ(plan.config.listeners[0].tls.certificate_files, std::vector<std::string>{"c"});
    EXPECT_EQ(plan.config.listeners[0].trusted_proxies.size(), 1U);
    EXPECT_TRUE(plan.config.listeners[0].websockets);
}

TEST(ConfigTransports, tls_is_asked_of_a_proxy_only_where_it_can_tell) {
    const std::string tls = "listener 1\nproxy_protocol_v2_require_tls true\n";
    const std::string needed = "needs enable_proxy_protocol 2";
    EXPECT_NE(findings_of(tls).find(needed), std::string::npos);
    EXPECT_NE(findings_of(tls + "enable_proxy_protocol 1").find(needed), std::string::npos);
    EXPECT_EQ(findings_of(tls + "enable_proxy_protocol 2"), "");
    EXPECT_EQ(findings_of("listener 1\nproxy_protocol_v2_require_tls false"), "");
}

} // namespace mqttd
