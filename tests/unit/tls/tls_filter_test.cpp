#include "common/base/escape.hpp"
#include "common/crypto/tls/tls_filter.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

#include <openssl/ssl.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

namespace crypto {

namespace {

using base::ByteBuffer;
using base::Bytes;
using State = base::ByteFilter::State;

/// A client and a server that hand each other their bytes.
struct Pair {
    TlsFilter server;
    TlsFilter client;
    ByteBuffer to_server;
    ByteBuffer to_client;
    std::string server_plain;
    std::string client_plain;
    std::size_t step = 1'000'000; ///< bytes handed on at a time

    Pair(
        const std::shared_ptr<const TlsContext>& server_side,
        const std::shared_ptr<const TlsContext>& client_side,
        const std::string& name = "localhost"
    )
        : server(server_side), client(client_side, name) {}

    static void hand(
        ByteBuffer& bytes,
        TlsFilter& filter,
        std::string& text,
        ByteBuffer& answers,
        std::size_t step
    ) {
        const ByteBuffer taken = std::exchange(bytes, {});
        for (std::size_t at = 0; at < taken.size(); at += step) {
            ByteBuffer plain;
            filter.receive(
                Bytes(taken).subspan(at, std::min(step, taken.size() - at)), plain, answers
            );
            text += base::as_text(plain);
        }
    }

    void settle() {
        while (!to_server.empty() || !to_client.empty()) {
            hand(to_server, server, server_plain, to_client, step);
            hand(to_client, client, client_plain, to_server, step);
        }
    }

    Pair& connect() {
        client.start(to_server);
        settle();
        return *this;
    }
};

class TlsFilterTest : public testing::Test {
protected:
    TlsFilterTest() {
        ca.issue("server", "server", {.names = {"DNS:localhost", "IP:127.0.0.1"}});
        ca.issue("alice", "alice");
    }

    [[nodiscard]] TlsServerSettings server_settings(const std::string& name = "server") const {
        TlsServerSettings settings;
        settings.key_pairs.push_back({ca.path(name + ".crt"), ca.path(name + ".key")});
        return settings;
    }

    [[nodiscard]] TlsServerSettings mutual_settings() const {
        TlsServerSettings settings = server_settings();
        settings.ca_file = ca.certificate_file();
        settings.require_certificate = true;
        return settings;
    }

    [[nodiscard]] TlsClientSettings client_settings(const std::string& own = {}) const {
        TlsClientSettings settings;
        settings.ca_file = ca.certificate_file();
        if (!own.empty()) settings.key_pair = {ca.path(own + ".crt"), ca.path(own + ".key")};
        return settings;
    }

    static std::shared_ptr<const TlsContext> made(const TlsServerSettings& settings) {
        auto context = TlsContext::for_server(settings);
        EXPECT_TRUE(context) << (context ? "" : context.error().front().message);
        return *context;
    }

    static std::shared_ptr<const TlsContext> made(const TlsClientSettings& settings) {
        auto context = TlsContext::for_client(settings);
        EXPECT_TRUE(context) << (context ? "" : context.error().front().message);
        return *context;
    }

    [[nodiscard]] std::string write(const std::string& file, const std::string& text) const {
        std::ofstream(ca.path(file)) << text;
        return ca.path(file);
    }

    test::TemporaryFolder folder;
    support::TestCa ca{folder.path(""), "ca"};
};

TEST_F(TlsFilterTest, bytes_go_both_ways) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{1'000'000}}) {
        Pair pair(made(server_settings()), made(client_settings()));
        pair.step = step;
        pair.connect();
        ASSERT_EQ(pair.server.state(), State::open) << pair.server.error();
        ASSERT_EQ(pair.client.state(), State::open) << pair.client.error();
        const std::string large(100'000, 'x');
        pair.client.send(base::as_bytes("hello"), pair.to_server);
        pair.server.send(base::as_bytes(large), pair.to_client);
        pair.settle();
        EXPECT_EQ(pair.server_plain, "hello");
        EXPECT_EQ(pair.client_plain, large);
        EXPECT_EQ(pair.server.description(), "TLSv1.3, TLS_AES_256_GCM_SHA384");
    }
}

TEST_F(TlsFilterTest, closing_is_told_to_the_other_side) {
    Pair pair(made(server_settings()), made(client_settings()));
    pair.connect().client.close(pair.to_server);
    pair.settle();
    EXPECT_EQ(pair.server.state(), State::ended);
    EXPECT_EQ(pair.server.error(), "");
}

TEST_F(TlsFilterTest, the_older_version_works_and_can_be_forbidden) {
    TlsServerSettings old = server_settings();
    old.cipher_suites = "TLS_AES_128_GCM_SHA256";
    TlsClientSettings client = client_settings();
    client.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
    Pair pair(made(old), made(client));
    pair.connect();
    EXPECT_EQ(pair.client.description(), "TLSv1.3, TLS_AES_128_GCM_SHA256");
    TlsServerSettings strict = server_settings();
    strict.minimum = TlsVersion::v1_3;
    const ByteBuffer hello_of_1_0{0x16, 3, 1, 0, 4, 1, 0, 0, 0};
    TlsFilter server(made(strict));
    ByteBuffer plain;
    ByteBuffer wire;
    server.receive(hello_of_1_0, plain, wire);
    EXPECT_EQ(server.state(), State::failed);
    EXPECT_EQ(wire[0], 0x15); // an alert
}

TEST_F(TlsFilterTest, an_unknown_ca_is_told_on_both_sides) {
    support::TestCa other(folder.path(""), "other");
    TlsClientSettings client;
    client.ca_file = other.certificate_file();
    Pair pair(made(server_settings()), made(client));
    pair.connect();
    EXPECT_EQ(
        pair.client.error(),
        "TLS handshake failed: the certificate of the server is from an unknown CA"
    );
    EXPECT_EQ(
        pair.server.error(),
        "TLS handshake failed: the client does not trust the CA of this listener's certificate"
    );
}

TEST_F(TlsFilterTest, the_certificate_has_to_be_for_the_name) {
    const auto error_for = [&](const std::string& certificate, const std::string& name) {
        Pair pair(made(server_settings(certificate)), made(client_settings()), name);
        return pair.connect().client.error();
    };
    EXPECT_EQ(error_for("server", "localhost"), "");
    EXPECT_EQ(error_for("server", "127.0.0.1"), "");
    EXPECT_EQ(
        error_for("server", "broker.example"),
        "TLS handshake failed: the certificate of the server is for localhost, 127.0.0.1, not for "
        "broker.example"
    );
    EXPECT_NE(error_for("server", "127.0.0.2"), "");
    ca.issue("by_hand", "192.0.2.7");
    EXPECT_EQ(error_for("by_hand", "192.0.2.7"), "");
    EXPECT_NE(error_for("by_hand", "192.0.2.8"), "");
}

TEST_F(TlsFilterTest, a_client_may_believe_any_server) {
    TlsClientSettings client;
    client.verify = false;
    Pair pair(made(server_settings()), made(client), "whatever");
    EXPECT_EQ(pair.connect().client.state(), State::open);
}

TEST_F(TlsFilterTest, dates_of_the_server_count) {
    ca.issue("old", "localhost", {.names = {"DNS:localhost"}, .begins = -7200, .ends = -3600});
    ca.issue("new", "localhost", {.names = {"DNS:localhost"}, .begins = 3600, .ends = 7200});
    const auto error_of = [&](const std::string& certificate) {
        Pair pair(made(server_settings(certificate)), made(client_settings()));
        return pair.connect().client.error();
    };
    EXPECT_EQ(error_of("old"), "TLS handshake failed: the certificate of the server has expired");
    EXPECT_EQ(
        error_of("new"),
        "TLS handshake failed: the certificate of the server is not valid yet (is the clock right?)"
    );
    EXPECT_EQ(
        made(server_settings("old"))->warnings().front().message,
        base::in_quotes(ca.path("old.crt")) + " has expired"
    );
}

TEST_F(TlsFilterTest, a_required_certificate_gives_the_identity) {
    Pair pair(made(mutual_settings()), made(client_settings("alice")));
    pair.connect();
    ASSERT_EQ(pair.server.state(), State::open) << pair.server.error();
    EXPECT_EQ(pair.server.peer_common_name(), "alice");
    EXPECT_EQ(pair.server.peer_subject(), "CN=alice");
}

TEST_F(TlsFilterTest, a_missing_or_foreign_certificate_is_refused) {
    Pair without(made(mutual_settings()), made(client_settings()));
    without.connect();
    EXPECT_EQ(
        without.server.error(),
        "TLS handshake failed: the client has sent no certificate (require_certificate)"
    );
    EXPECT_EQ(without.client.error(), "TLS failed: the server requires a client certificate");
    support::TestCa other(folder.path(""), "other");
    other.issue("mallory", "alice");
    Pair foreign(made(mutual_settings()), made(client_settings("mallory")));
    foreign.connect();
    EXPECT_EQ(
        foreign.server.error(),
        "TLS handshake failed: the certificate of the client is from an unknown CA"
    );
    EXPECT_EQ(
        foreign.client.error(),
        "TLS failed: the server does not trust the CA of this client's certificate"
    );
}

TEST_F(TlsFilterTest, revoked_and_expired_clients_are_refused) {
    ca.issue("bob", "bob", {.begins = -7200, .ends = -3600});
    TlsServerSettings settings = mutual_settings();
    const auto error_of = [&](const std::string& certificate) {
        Pair pair(made(settings), made(client_settings(certificate)));
        return pair.connect().server.error();
    };
    EXPECT_EQ(error_of("bob"), "TLS handshake failed: the certificate of the client has expired");
    settings.check_client_dates = false;
    EXPECT_EQ(error_of("bob"), "");
    settings.crl_file = ca.revoke({"alice"});
    EXPECT_EQ(error_of("alice"), "TLS handshake failed: the certificate of the client is revoked");
    EXPECT_EQ(error_of("bob"), "");
}

TEST_F(TlsFilterTest, a_session_is_resumed_and_keeps_its_identity) {
    const auto server = made(mutual_settings());
    const auto client = made(client_settings("alice"));
    Pair first(server, client);
    first.connect();
    EXPECT_FALSE(first.server.is_resumed());
    Pair second(server, client);
    second.client.resume(first.client.session());
    second.connect();
    EXPECT_TRUE(second.server.is_resumed());
    EXPECT_EQ(second.server.peer_common_name(), "alice");
    Pair reloaded(made(mutual_settings()), client);
    reloaded.client.resume(first.client.session());
    reloaded.connect();
    EXPECT_EQ(reloaded.server.state(), State::open);
    EXPECT_FALSE(reloaded.server.is_resumed());
}

TEST_F(TlsFilterTest, the_protocol_is_agreed_on_or_left_open) {
    TlsClientSettings client = client_settings();
    const auto agreed = [&](const std::string& alpn) {
        client.alpn = alpn;
        Pair pair(made(server_settings()), made(client));
        pair.connect();
        EXPECT_EQ(pair.client.state(), State::open);
        return pair.client.alpn();
    };
    EXPECT_EQ(agreed("mqtt"), "mqtt");
    EXPECT_EQ(agreed("http/1.1"), "http/1.1");
    EXPECT_EQ(agreed("x-amzn-mqtt-ca"), "");
}

TEST_F(TlsFilterTest, the_name_chooses_the_certificate) {
    ca.issue("a", "a", {.names = {"DNS:a.example"}});
    ca.issue("b", "b", {.names = {"DNS:*.b.example"}});
    TlsServerSettings settings = server_settings("a");
    settings.key_pairs.push_back({ca.path("b.crt"), ca.path("b.key")});
    const auto server = made(settings);
    const auto error_for = [&](const std::string& name) {
        Pair pair(server, made(client_settings()), name);
        return pair.connect().client.error();
    };
    EXPECT_EQ(error_for("a.example"), "");
    EXPECT_EQ(error_for("x.b.example"), "");
    EXPECT_NE(error_for("c.example").find("is for a.example"), std::string::npos);
}

TEST_F(TlsFilterTest, shared_keys_need_no_certificate) {
    TlsServerSettings settings;
    settings.psk_file = write("psk", "# keys\nprinter:0badcafe\nother:00ff\n");
    settings.psk_hint = "hint";
    TlsClientSettings client;
    client.psk_identity = "printer";
    client.psk_key = "0BADCAFE";
    Pair pair(made(settings), made(client));
    pair.connect();
    ASSERT_EQ(pair.server.state(), State::open) << pair.server.error();
    EXPECT_EQ(pair.server.psk_identity(), "printer");
    client.psk_identity = "stranger";
    Pair stranger(made(settings), made(client));
    EXPECT_EQ(
        stranger.connect().server.error(),
        "TLS handshake failed: the identity \"stranger\" is not in psk_file"
    );
    client.psk_identity = "other";
    Pair wrong(made(settings), made(client));
    EXPECT_EQ(wrong.connect().server.state(), State::failed);
    EXPECT_NE(wrong.server.error().find("key"), std::string::npos) << wrong.server.error();
}

TEST_F(TlsFilterTest, what_is_no_tls_is_told_apart) {
    const auto error_of = [&](std::string_view input) {
        TlsFilter server(made(server_settings()));
        ByteBuffer plain;
        ByteBuffer wire;
        server.receive(base::as_bytes(input), plain, wire);
        return server.error();
    };
    EXPECT_EQ(error_of("\x10\x0C"), "this looks like plain MQTT, and the listener expects TLS");
    EXPECT_EQ(
        error_of("GET / HTTP/1.1"), "this looks like plain HTTP, and the listener expects TLS"
    );
    EXPECT_EQ(error_of("\x01\x02"), "this is no TLS, and the listener expects it");
}

TEST_F(TlsFilterTest, keys_are_logged_for_who_looks_at_the_traffic) {
    TlsServerSettings settings = server_settings();
    settings.keylog_file = ca.path("keys.log");
    Pair pair(made(settings), made(client_settings()));
    pair.connect();
    std::ifstream log(settings.keylog_file);
    std::string word;
    log >> word;
    EXPECT_EQ(word, "SERVER_HANDSHAKE_TRAFFIC_SECRET");
    EXPECT_EQ(
        std::filesystem::status(settings.keylog_file).permissions(),
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_write
    );
}

/// OpenSSL's own client, which can do what our filter does not offer.
class RawClient {
public:
    RawClient(const std::string& suites, std::uint8_t most)
        : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
        SSL_CTX_set_ciphersuites(context_.get(), suites.c_str());
        if (most != 0) SSL_CTX_set_tlsext_max_fragment_length(context_.get(), most);
        connection_.reset(SSL_new(context_.get()));
        in_ = BIO_new(BIO_s_mem());
        out_ = BIO_new(BIO_s_mem());
        SSL_set_bio(native(), in_, out_);
        SSL_set_connect_state(native());
    }

    [[nodiscard]] SSL* native() const { return connection_.get(); }

    /// Until both have nothing to say; what the server has got.
    std::string talk(TlsFilter& server) {
        std::string got;
        for (int round = 0; round < 4; ++round) {
            if (!SSL_is_init_finished(native())) SSL_do_handshake(native());
            ByteBuffer bytes(BIO_ctrl_pending(out_));
            if (!bytes.empty()) BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
            ByteBuffer plain;
            ByteBuffer wire;
            server.receive(bytes, plain, wire);
            got += base::as_text(plain);
            deliver(wire);
        }
        return got;
    }

    void deliver(const ByteBuffer& wire) {
        if (!wire.empty()) BIO_write(in_, wire.data(), static_cast<int>(wire.size()));
    }

    [[nodiscard]] std::string read() const {
        std::string text(100, '\0');
        const int size = SSL_read(native(), text.data(), static_cast<int>(text.size()));
        text.resize(static_cast<std::size_t>(std::max(size, 0)));
        return text;
    }

private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, &SSL_CTX_free};
    std::unique_ptr<SSL, decltype(&SSL_free)> connection_{nullptr, &SSL_free};
    BIO* in_ = nullptr;
    BIO* out_ = nullptr;
};

TEST_F(TlsFilterTest, openssls_client_and_the_records_agree_through_key_updates) {
    for (const char* suite :
         {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}) {
        TlsFilter server(made(server_settings()));
        RawClient client(suite, 0);
        client.talk(server);
        ASSERT_EQ(server.state(), State::open) << server.error();
        EXPECT_EQ(server.description(), std::string("TLSv1.3, ") + suite);
        for (const int kind :
             {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_REQUESTED}) {
            SSL_write(client.native(), "before", 6);
            SSL_key_update(client.native(), kind);
            SSL_write(client.native(), "after", 5);
            EXPECT_EQ(client.talk(server), "beforeafter");
            ByteBuffer wire;
            server.send(base::as_bytes(std::string_view("answer")), wire);
            client.deliver(wire);
            EXPECT_EQ(client.read(), "answer");
        }
        SSL_shutdown(client.native());
        client.talk(server);
        EXPECT_EQ(server.state(), State::ended) << server.error();
        ByteBuffer wire;
        server.close(wire);
        client.deliver(wire);
        EXPECT_EQ(client.read(), "");
        EXPECT_EQ(SSL_get_shutdown(client.native()), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    }
}

TEST_F(TlsFilterTest, a_client_that_asks_for_small_records_gets_them) {
    TlsFilter server(made(server_settings()));
    RawClient client("TLS_AES_128_GCM_SHA256", TLSEXT_max_fragment_length_512);
    client.talk(server);
    ByteBuffer wire;
    server.send(ByteBuffer(5'000, 'x'), wire);
    for (std::size_t at = 0; at < wire.size();) {
        const std::size_t size = (std::size_t{wire[at + 3]} << 8U) | wire[at + 4];
        EXPECT_LE(size, 512U + 17U);
        at += 5 + size;
    }
}

} // namespace

} // namespace crypto
