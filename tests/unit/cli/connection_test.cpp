#include "common/cli/options/connection_options.hpp"
#include "common/cli/options/parse_arguments.hpp"
#include "tests/unit/cli/expect_usage_error.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

using mqtt::ProtocolVersion;
using Words = std::vector<std::string>;

struct Read {
    client::ConnectOptions connect;
    std::string topic;
};

Read read(const Words& words, bool reads_stdin = false) {
    cli::ConnectionSettings settings("connect|publish|disconnect|will");
    settings.reads_stdin = reads_stdin;
    Read result;
    const cli::TakeTopic take = [&](auto, const std::string& topic) {
        result.topic = topic;
    };
    const cli::OptionTable table{
        cli::connection_options(settings, take),
        cli::session_options(settings),
        cli::will_options(settings),
        cli::transport_options(settings)};
    cli::apply_options(cli::parse_arguments(table, words));
    result.connect = cli::finish_connection(settings);
    return result;
}

std::string refusal(const Words& words, bool reads_stdin = false) {
    return test::usage_error_of([&] { read(words, reads_stdin); });
}

TEST(ConnectionOptions, the_presets_are_those_of_the_mosquitto_clients) {
    const client::ConnectOptions connect = read({}).connect;
    EXPECT_EQ(connect.destination.host, "localhost");
    EXPECT_EQ(connect.destination.port, 1883);
    EXPECT_EQ(connect.session.version, ProtocolVersion::v311);
    EXPECT_EQ(connect.session.keep_alive, std::chrono::seconds(60));
    EXPECT_EQ(connect.session.max_in_flight, 20);
    EXPECT_TRUE(connect.session.clean_start);
    EXPECT_FALSE(connect.retry.retry_first);
    EXPECT_FALSE(connect.session.will.has_value());
}

TEST(ConnectionOptions, a_random_client_id_has_23_characters_and_changes) {
    const std::string first = read({}).connect.session.client_id;
    EXPECT_EQ(first.size(), 23U);
    EXPECT_NE(first, read({}).connect.session.client_id);
    EXPECT_EQ(read({"-V", "5"}).connect.session.client_id, "") << "the broker chooses";
    EXPECT_EQ(read({"-i", "me"}).connect.session.client_id, "me");
    EXPECT_EQ(read({"-I", "me-"}).connect.session.client_id, "me-" + std::to_string(::getpid()));
    EXPECT_EQ(refusal({"-i", "a", "-I", "b"}), "--id and --id-prefix exclude each other");
}

TEST(ConnectionOptions, the_later_of_two_wins) {
    EXPECT_EQ(read({"-h", "a", "-h", "b"}).connect.destination.host, "b");
    const Read url = read({"-h", "a", "-p", "1", "-L", "mqtt://u:p@c/t"});
    EXPECT_EQ(url.connect.destination.host, "c");
    EXPECT_EQ(url.connect.destination.port, 1883);
    EXPECT_EQ(url.connect.session.user_name, "u");
    EXPECT_EQ(url.connect.session.password, "p");
    EXPECT_EQ(url.topic, "t");
    EXPECT_EQ(read({"-L", "mqtt://c:2", "-p", "3"}).connect.destination.port, 3);
    EXPECT_EQ(read({"--unix", "/s", "-h", "a"}).connect.destination.unix_path, "");
    EXPECT_EQ(read({"-h", "a", "--unix", "/s"}).connect.destination.unix_path, "/s");
}

TEST(ConnectionOptions, x_and_D_ask_for_version_5) {
    EXPECT_EQ(read({"-x", "5"}).connect.session.version, ProtocolVersion::v5);
    EXPECT_EQ(read({"-V", "311", "-x", "5"}).connect.session.version, ProtocolVersion::v5);
    EXPECT_EQ(read({"-D", "connect", "receive-maximum", "3"}).connect.session.receive_maximum, 3);
    EXPECT_EQ(
        refusal({"-x", "5", "-V", "mqttv311"}),
        "--session-expiry-interval needs MQTT 5.0 (got --protocol-version 311 after it)\n"
        "leave --protocol-version out, or put it first"
    );
}

TEST(ConnectionOptions, a_kept_session_needs_a_name) {
    EXPECT_TRUE(refusal({"-c"}).starts_with("--disable-clean-session needs a client id"));
    EXPECT_TRUE(refusal({"-c", "-i", ""}).starts_with("--disable-clean-session needs a client id"));
    EXPECT_TRUE(
        refusal({"-x", "-1"}).starts_with("--session-expiry-interval never needs a client id")
    );
    EXPECT_FALSE(read({"-c", "-i", "me"}).connect.session.clean_start);
    EXPECT_EQ(
        read({"-c", "-i", "me", "-V", "5"}).connect.session.session_expiry_interval,
        mqtt::session_never_expires
    );
    EXPECT_EQ(read({"-c", "-i", "me", "-x", "9"}).connect.session.session_expiry_interval, 9U);
    for (const std::string never : {"-1", "∞", "never", "4294967295"})
        EXPECT_EQ(
            read({"-i", "me", "-x", never}).connect.session.session_expiry_interval,
            mqtt::session_never_expires
        );
    EXPECT_EQ(
        refusal({"-x", "5", "-D", "connect", "session-expiry-interval", "6"}),
        "the session expiry interval is given with -x and with -D"
    );
}

TEST(ConnectionOptions, a_will_has_a_topic) {
    const auto will = read({"--will-topic",
                            "t",
                            "--will-payload",
                            "gone",
                            "--will-qos",
                            "2",
                            "--will-retain",
                            "-D",
                            "will",
                            "will-delay-interval",
                            "3"})
                          .connect.session.will;
    ASSERT_TRUE(will.has_value());
    EXPECT_EQ(will->topic, "t");
    EXPECT_EQ(base::as_text(will->payload), "gone");
    EXPECT_EQ(will->qos, mqtt::Qos::exactly_once);
    EXPECT_TRUE(will->retain);
    EXPECT_EQ(will->properties.list().number(mqtt::PropertyId::will_delay_interval), 3U);
    EXPECT_EQ(refusal({"--will-retain"}), "--will-retain needs --will-topic");
    EXPECT_EQ(refusal({"--will-payload", "x"}), "--will-payload needs --will-topic");
    EXPECT_EQ(refusal({"-D", "will", "content-type", "x"}), "--property will needs --will-topic");
}

TEST(ConnectionOptions, a_password_comes_from_a_file_and_needs_a_user_name) {
    const std::string path = testing::TempDir() + "cli_password";
    std::ofstream(path) << "sec ret\r\nnext line\n";
    EXPECT_EQ(read({"-u", "me", "--password-file", path}).connect.session.password, "sec ret");
    EXPECT_EQ(read({"-V", "5", "--password-file", path}).connect.session.password, "sec ret");
    EXPECT_EQ(
        refusal({"-P", "x"}), "a password needs a user name before MQTT 5.0\nadd -u NAME, or -V 5"
    );
    EXPECT_EQ(
        refusal({"-u", "me", "--password-file", "-"}, true),
        "--password-file - and the message cannot both be read from standard input"
    );
    EXPECT_EQ(
        refusal({"-u", "me", "--password-file", path, "--ask-password"}),
        "--ask-password and --password-file exclude each other"
    );
    std::ofstream(path, std::ios::trunc) << "\n";
    EXPECT_THROW(read({"-u", "me", "--password-file", path}), cli::ToolError);
    std::filesystem::remove(path);
    EXPECT_THROW(read({"-u", "me", "--password-file", path}), cli::ToolError);
}

TEST(ConnectionOptions, numbers_out_of_range_are_refused) {
    EXPECT_FALSE(refusal({"-p", "0"}).empty());
    EXPECT_FALSE(refusal({"-p", "65536"}).empty());
    EXPECT_FALSE(refusal({"-k", "65536"}).empty());
    EXPECT_EQ(
        refusal({"-k", "4"}), "--keepalive must be 0 (off) or from 5 to 65535 seconds (got \"4\")"
    );
    EXPECT_FALSE(refusal({"-M", "65536"}).empty());
    EXPECT_FALSE(refusal({"-x", "4294967296"}).empty());
    EXPECT_FALSE(refusal({"-V", "4"}).empty());
    EXPECT_FALSE(refusal({"--connect-timeout", "0"}).empty());
    EXPECT_FALSE(refusal({"--retry-limit", "0"}).empty());
    EXPECT_FALSE(refusal({"--unix", std::string(108, 'x')}).empty());
    EXPECT_FALSE(refusal({"-h", ""}).empty());
}

TEST(ConnectionOptions, retry_means_from_the_first_attempt) {
    EXPECT_TRUE(read({"--retry"}).connect.retry.retry_first);
    const client::RetryPolicy limited = read({"--retry-limit", "3"}).connect.retry;
    EXPECT_TRUE(limited.retry_first);
    EXPECT_EQ(limited.attempts, 3U);
}

} // namespace
