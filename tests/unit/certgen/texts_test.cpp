#include "common/cli/error.hpp"
#include "tools/mqtt-certgen/c_header.hpp"
#include "tools/mqtt-certgen/job.hpp"
#include "tools/mqtt-certgen/snippet_text.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using mqtt_certgen::SnippetPlan;

constexpr crypto::CertificateTime now{std::chrono::seconds(1'800'000'000)};

TEST(time_text, times_are_written_and_read_back) {
    EXPECT_EQ(mqtt_certgen::to_text(now), "2027-01-15T08:00:00Z");
    EXPECT_EQ(mqtt_certgen::day_text(now), "2027-01-15");
    EXPECT_EQ(mqtt_certgen::time_of("2027-01-15T08:00:00Z"), now);
    for (const char* text : {"", "2027-01-15", "2027-01-15T08:00:00Zx", "2027-13-15T08:00:00Z"})
        EXPECT_FALSE(mqtt_certgen::time_of(text).has_value()) << text;
}

TEST(time_text, distances_are_in_days) {
    using std::chrono::days;
    EXPECT_EQ(mqtt_certgen::distance_text(now + days(12), now), "in 12 days");
    EXPECT_EQ(mqtt_certgen::distance_text(now + days(1), now), "in 1 day");
    EXPECT_EQ(mqtt_certgen::distance_text(now + std::chrono::hours(3), now), "today");
    EXPECT_EQ(mqtt_certgen::distance_text(now - days(2), now), "2 days ago");
}

TEST(file_stem, a_name_becomes_one_that_every_file_system_and_shell_takes) {
    EXPECT_EQ(mqtt_certgen::file_stem("sensor-1.a@b+c_d"), "sensor-1.a@b+c_d");
    EXPECT_EQ(mqtt_certgen::file_stem("mina/1"), "mina_1");
    EXPECT_EQ(mqtt_certgen::file_stem("a b;ä"), "a_b__");
    EXPECT_EQ(mqtt_certgen::file_stem(".hidden"), "_.hidden");
    EXPECT_EQ(mqtt_certgen::file_stem("../x"), "_.._x");
    EXPECT_EQ(mqtt_certgen::file_stem("-rf"), "_-rf");
    EXPECT_THROW(static_cast<void>(mqtt_certgen::file_stem("ca")), cli::ToolError);
}

TEST(snippet, a_shell_takes_every_path_for_one_word) {
    EXPECT_EQ(mqtt_certgen::shell_word("/a/b-c.crt"), "/a/b-c.crt");
    EXPECT_EQ(mqtt_certgen::shell_word("a b"), "'a b'");
    EXPECT_EQ(mqtt_certgen::shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(mqtt_certgen::shell_word(""), "''");
}

TEST(snippet, only_with_clients_are_certificates_required) {
    SnippetPlan plan{
        .folder = "/c",
        .server = "server",
        .host = "h",
        .port = 8883,
        .websocket_port = {},
        .with_client_certificates = false};
    EXPECT_EQ(config_text(plan).find("require_certificate"), std::string::npos);
    EXPECT_NE(config_text(plan).find("\nallow_anonymous true\n"), std::string::npos);
    plan.with_client_certificates = true;
    plan.websocket_port = 443;
    const std::string text = config_text(plan);
    EXPECT_NE(text.find("\nallow_anonymous false\n"), std::string::npos);
    EXPECT_NE(
        text.find("\nlistener 443\nprotocol websockets\ncafile /c/ca.crt\n"), std::string::npos
    );
    EXPECT_NE(text.find("\ncrlfile /c/ca.crl\n"), std::string::npos);
    EXPECT_EQ(
        subscribe_command(plan, "a"),
        "mqtt-sub -h h -p 8883 --cafile /c/ca.crt --cert /c/a.crt --key /c/a.key -v -t 'test/#'"
    );
}

TEST(c_header, a_name_cannot_leave_the_guard_or_the_literal) {
    EXPECT_EQ(
        mqtt_certgen::to_c_header("a-1", {{"ca_pem", "x\ny\n"}}),
        "/* TLS for the MQTT client a-1. Whoever has the key can take its place. */\n"
        "#ifndef MQTT_A_1_H\n#define MQTT_A_1_H\n\n"
        "static const char ca_pem[] =\n    \"x\\n\"\n    \"y\\n\";\n\n#endif\n"
    );
}

} // namespace
