#include "common/cli/connection_error.hpp"
#include "common/cli/options/connection_options.hpp"
#include "common/cli/options/parse_arguments.hpp"
#include "common/crypto/tls/tls_context.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/cli/expect_usage_error.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace {

using Words = std::vector<std::string>;

net::Destination read(const Words& words) {
    cli::ConnectionSettings settings("connect|publish|disconnect|will");
    const cli::OptionTable table{
        cli::connection_options(settings, [](auto, const auto&) {}),
        cli::transport_options(settings)};
    cli::apply_options(cli::parse_arguments(table, words));
    return cli::finish_connection(settings).destination;
}

std::string refusal(const Words& words) {
    return test::usage_error_of([&] { static_cast<void>(read(words)); });
}

/// The words of a ToolError.
std::string problem(const Words& words) {
    try {
        static_cast<void>(read(words));
    } catch (const cli::ToolError& error) {
        EXPECT_EQ(error.outcome().code, cli::ExitCode::local_error);
        return error.what();
    }
    ADD_FAILURE() << "nothing was wrong";
    return {};
}

/// "tls 8883"
std::string spoken(const Words& words) {
    const net::Destination to = read(words);
    return (to.tls ? std::string("tls ") : "") + (to.websocket ? "ws " : "") +
           std::to_string(to.port);
}

TEST(TransportOptions, the_port_follows_what_is_spoken) {
    EXPECT_EQ(spoken({}), "1883");
    EXPECT_EQ(spoken({"--tls-use-os-certs"}), "tls 8883");
    EXPECT_EQ(spoken({"-p", "8883"}), "tls 8883");
    EXPECT_EQ(spoken({"-p", "8883", "--no-tls"}), "8883");
    EXPECT_EQ(spoken({"--ws"}), "ws 80");
    EXPECT_EQ(spoken({"--ws", "--insecure"}), "tls ws 443");
    EXPECT_EQ(spoken({"--psk", "0a", "--psk-identity", "me"}), "tls 8883");
    EXPECT_EQ(spoken({"--tls-version", "tlsv1.3", "-p", "1"}), "tls 1");
}

TEST(TransportOptions, a_URL_says_it_all) {
    EXPECT_EQ(spoken({"-L", "mqtt://h"}), "1883");
    EXPECT_EQ(spoken({"-L", "mqtts://h"}), "tls 8883");
    EXPECT_EQ(spoken({"-L", "ws://h"}), "ws 80");
    EXPECT_EQ(spoken({"-L", "wss://h"}), "tls ws 443");
    EXPECT_EQ(spoken({"-L", "wss://h:9001"}), "tls ws 9001");
    EXPECT_EQ(spoken({"-L", "wss://h", "-L", "mqtt://h"}), "1883") << "the later one";
    EXPECT_EQ(read({"-L", "ws://h/p?q"}).websocket->path, "/p?q");
    EXPECT_EQ(read({"-L", "ws://h"}).websocket->path, "/mqtt");
    EXPECT_EQ(
        refusal({"-L", "mqtts://h", "--no-tls"}),
        "--no-tls contradicts a URL with mqtts:// or wss://"
    );
}

TEST(TransportOptions, no_tls_ignores_the_others) {
    EXPECT_EQ(spoken({"--cafile", "/none", "--cert", "/none", "--no-tls"}), "1883");
}

TEST(TransportOptions, a_WebSocket_has_path_and_fields) {
    const auto target =
        *read({"--ws", "--ws-path", "/x", "--ws-header", "A: b", "--ws-header", "c:d"}).websocket;
    EXPECT_EQ(target.path, "/x");
    const std::vector<std::pair<std::string, std::string>> fields{{"A", "b"}, {"c", "d"}};
    EXPECT_EQ(target.headers, fields);
    EXPECT_EQ(refusal({"--ws-path", "/x"}), "--ws-path needs --ws, or a URL with ws:// or wss://");
    EXPECT_TRUE(refusal({"--ws", "--ws-path", "x"}).starts_with("--ws-path: the path must begin"));
    for (const std::string field :
         {"x", ": x", "a b: c", "Upgrade: h2c", "Content-Length: 1", "a: b\r\nc: d"}) {
        EXPECT_TRUE(
            refusal({"--ws", "--ws-header", field}).starts_with("--ws-header must be NAME: VALUE")
        ) << field;
    }
}

TEST(TransportOptions, a_proxy_is_a_URL) {
    const auto proxy = *read({"--proxy", "socks5h://a%40b:p%3Aw@[::1]:99"}).proxy;
    EXPECT_EQ(proxy.address.host, "::1");
    EXPECT_EQ(proxy.address.port, 99);
    EXPECT_EQ(proxy.user_name, "a@b");
    EXPECT_EQ(proxy.password, "p:w");
    const auto bare = *read({"--proxy", "SOCKS5H://host/"}).proxy;
    EXPECT_EQ(bare.address.port, 1080);
    EXPECT_FALSE(bare.user_name.has_value());
    const std::string form = "\nthe form is socks5h://[USER:PASSWORD@]HOST[:PORT]";
    EXPECT_EQ(
        refusal({"--proxy", "http://host"}),
        "--proxy: the scheme must be socks5h (got \"http\")" + form
    );
    EXPECT_EQ(
        refusal({"--proxy", "host:1080"}), "--proxy: the scheme socks5h:// is missing" + form
    );
    EXPECT_FALSE(refusal({"--proxy", "socks5h://" + std::string(256, 'u') + "@host"}).empty());
    EXPECT_FALSE(refusal({"--proxy", "socks5h://:p@host"}).empty());
}

TEST(TransportOptions, srv_asks_for_a_domain) {
    const net::Destination to = read({"-S", "-h", "example.org"});
    ASSERT_TRUE(to.srv.has_value());
    EXPECT_FALSE(to.srv->name_server.has_value());
    const auto server = read({"-S", "-h", "x", "--srv-server", "127.0.0.1:5353"}).srv->name_server;
    EXPECT_EQ(net::HostPort(*server).port, 5353);
    EXPECT_EQ(read({"-S", "--srv-server", "127.0.0.1"}).srv->name_server->port, 53);
    EXPECT_EQ(
        refusal({"-S", "-p", "1"}), "--srv and a port exclude each other\nthe record has the port"
    );
    EXPECT_EQ(refusal({"-S", "--unix", "/x"}), "--srv and --unix exclude each other");
    EXPECT_TRUE(refusal({"-S", "--ws"}).starts_with("--srv and WebSocket exclude"));
    EXPECT_TRUE(refusal({"-S", "--proxy", "socks5h://x"}).starts_with("--srv and --proxy exclude"));
    EXPECT_TRUE(refusal({"-S", "-h", "::1"}).starts_with("--srv needs the name of a domain"));
    EXPECT_TRUE(refusal({"-S", "-h", "10.0.0.1"}).starts_with("--srv needs the name of a domain"));
    EXPECT_TRUE(refusal({"-S", "--srv-server", "dns.example"}).starts_with("--srv-server must be"));
    EXPECT_EQ(refusal({"--srv-server", "127.0.0.1"}), "--srv-server needs --srv");
}

TEST(TransportOptions, what_belongs_together_and_what_does_not) {
    EXPECT_EQ(refusal({"--psk", "0a"}), "--psk and --psk-identity belong together");
    EXPECT_EQ(refusal({"--psk-identity", "x"}), "--psk and --psk-identity belong together");
    EXPECT_EQ(refusal({"--cert", "x"}), "--cert and --key belong together");
    EXPECT_EQ(refusal({"--key", "x"}), "--cert and --key belong together");
    EXPECT_EQ(refusal({"--key-pass-file", "x"}), "--key-pass-file needs --key");
    EXPECT_EQ(
        refusal({"--psk", "0a", "--psk-identity", "me", "--cafile", "x"}),
        "--psk and --cafile exclude each other\na shared key takes the place of certificates"
    );
    EXPECT_EQ(
        refusal({"--unix", "/x", "--insecure"}),
        "--unix and --insecure exclude each other\n"
        "a Unix socket does not leave this machine; --no-tls ignores TLS options"
    );
    EXPECT_EQ(
        refusal({"--unix", "/x", "--proxy", "socks5h://p"}), "--unix and --proxy exclude each other"
    );
}

TEST(TransportOptions, values_are_checked) {
    EXPECT_TRUE(refusal({"--psk", "secret"}).starts_with("--psk must be 1 to 256 bytes in hexa"));
    EXPECT_EQ(refusal({"--psk", "secret"}).find("secret"), std::string::npos);
    EXPECT_FALSE(refusal({"--psk-identity", std::string(128, 'x')}).empty());
    EXPECT_FALSE(refusal({"--tls-version", "tlsv1.1"}).empty());
    EXPECT_EQ(refusal({"--tls-alpn", ""}), "--tls-alpn must have 1 to 255 bytes (got 0)");
    EXPECT_TRUE(refusal({"--ciphers", "none"}).starts_with("--ciphers \"none\" names no cipher"));
    EXPECT_TRUE(refusal({"--ciphers-tls1.3", "none"}).starts_with("--ciphers-tls1.3 \"none\" is no")
    );
    EXPECT_TRUE(refusal({"--tls-engine", "x"}).starts_with("--tls-engine: OpenSSL engines are not")
    );
    EXPECT_TRUE(refusal({"--keyform", "engine"}).starts_with("--keyform engine: OpenSSL engines"));
    EXPECT_EQ(spoken({"--keyform", "pem"}), "tls 8883");
}

class TransportFiles : public testing::Test {
protected:
    TransportFiles() {
        ca.issue("me", "me");
        ca.issue("locked", "locked", {.passphrase = "open sesame"});
        std::ofstream(folder.path("right")) << "open sesame\n";
        std::ofstream(folder.path("wrong")) << "open barley\n";
    }

    [[nodiscard]] Words with_key(const std::string& name, const Words& more = {}) const {
        Words words{"--cert", ca.path(name + ".crt"), "--key", ca.path(name + ".key")};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    test::TemporaryFolder folder;
    support::TestCa ca{folder.path(""), "ca"};
};

TEST_F(TransportFiles, files_are_read_before_anything_is_sent) {
    EXPECT_EQ(spoken({"--cafile", ca.certificate_file()}), "tls 8883");
    EXPECT_EQ(problem({"--cafile", "/none"}), "--cafile \"/none\": No such file or directory");
    EXPECT_EQ(problem({"--capath", "/none"}), "--capath \"/none\" is not a readable directory");
    EXPECT_TRUE(problem({"--cafile", ca.path("me.key")})
                    .ends_with("holds no usable certificate: "
                               "no certificate or crl found"));
    EXPECT_EQ(
        problem({"--cafile", "/none", "--tls-keylog", "/none/log"}),
        "--tls-keylog \"/none/log\": No such file or directory; "
        "--cafile \"/none\": No such file or directory"
    );
}

TEST_F(TransportFiles, a_key_has_to_fit_its_certificate) {
    EXPECT_EQ(spoken(with_key("me")), "tls 8883");
    EXPECT_TRUE(
        problem({"--cert", ca.path("me.crt"), "--key", ca.path("ca.crt")})
            .find("holds no usable private key") != std::string::npos
    );
}

TEST_F(TransportFiles, an_encrypted_key_needs_its_pass_phrase) {
    EXPECT_EQ(spoken(with_key("locked", {"--key-pass-file", folder.path("right")})), "tls 8883");
    EXPECT_EQ(
        problem(with_key("locked", {"--key-pass-file", folder.path("wrong")})),
        "--key \"" + ca.path("locked.key") + "\": wrong pass phrase"
    );
}

TEST(TransportErrors, every_trouble_has_a_hint) {
    for (int i = 1; i <= static_cast<int>(base::TransportTrouble::no_srv_record); ++i) {
        client::engine::Failure failure{.kind = client::engine::FailureKind::connect_failed};
        failure.trouble = static_cast<base::TransportTrouble>(i);
        const cli::ToolError error = cli::connection_error(failure, "broker");
        EXPECT_FALSE(error.hint().empty()) << i;
        EXPECT_EQ(error.outcome().code, cli::ExitCode::connect_failed);
    }
}

} // namespace
