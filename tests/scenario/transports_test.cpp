// What lies between socket and MQTT, in a whole broker: a WebSocket client whose home is another
// shard, one that reads slowly, proxies, pings and time limits; TLS with more handshakes than one
// turn does.
#include "common/crypto/tls/tls_filter.hpp"
#include "common/net/websocket_frames.hpp"
#include "tests/scenario/scenario.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using base::ByteBuffer;
using base::Bytes;

const std::string upgrade = "GET /mqtt HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            "Sec-WebSocket-Version: 13\r\n";

/// CONNECT of 3.1.1 with clean session and keep alive 0.
ByteBuffer connect_packet(const std::string& id) {
    ByteBuffer packet{
        0x10, static_cast<std::uint8_t>(12 + id.size()), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0};
    packet.push_back(static_cast<std::uint8_t>(id.size()));
    base::append(packet, base::as_bytes(id));
    return packet;
}

const ByteBuffer connack{0x20, 2, 0, 0};

class Transports : public scenario::Scenario {
protected:
    Transports() { config.listeners[0].websockets = true; }

    std::shared_ptr<support::FakeSocket> open_socket(const std::string& fields = {}) {
        auto socket = broker().open(0);
        base::append(socket->to_broker, base::as_bytes(upgrade + fields + "\r\n"));
        broker().settle();
        return socket;
    }

    void send(support::FakeSocket& socket, Bytes plain) {
        client_.send(plain, socket.to_broker);
        broker().settle();
    }

    /// What the broker has sent since the last call, without HTTP and frames.
    ByteBuffer take(support::FakeSocket& socket) {
        const ByteBuffer wire = std::exchange(socket.from_broker, {});
        Bytes rest = wire;
        if (base::as_text(rest).starts_with("HTTP")) {
            rest = rest.subspan(base::as_text(rest).find("\r\n\r\n") + 4);
        }
        ByteBuffer plain;
        ByteBuffer answers;
        client_.receive(rest, plain, answers);
        base::append(socket.to_broker, answers);
        return plain;
    }

private:
    base::FixedEntropy entropy_{1};
    net::WebSocketFrames client_{net::WebSocketRole::client, 1'000'000, &entropy_};
};

INSTANTIATE_TEST_SUITE_P(
    Shards, Transports, testing::Values(1U, 2U), testing::PrintToStringParamName()
);

} // namespace

TEST_P(Transports, a_websocket_client_moves_to_its_home_and_goes_on_there) {
    const std::string id = broker().id_on(broker().shard_count() - 1, "mover");
    const auto socket = open_socket();
    // What follows CONNECT at once waits for the move.
    ByteBuffer packets = connect_packet(id);
    base::append(packets, ByteBuffer{0xC0, 0});
    send(*socket, packets);
    EXPECT_EQ(socket->shard, broker().shard_count() - 1);
    EXPECT_EQ(take(*socket), (ByteBuffer{0x20, 2, 0, 0, 0xD0, 0}));
    send(*socket, ByteBuffer{0xC0, 0});
    EXPECT_EQ(take(*socket), (ByteBuffer{0xD0, 0}));
    send(*socket, ByteBuffer{0xE0, 0});
    EXPECT_TRUE(socket->closed);
    EXPECT_EQ(socket->from_broker, (ByteBuffer{0x88, 2, 0x03, 0xE8}));
}

TEST_P(Transports, output_that_the_socket_does_not_take_waits_and_nothing_is_lost) {
    const auto socket = open_socket();
    const std::string id = broker().id_on(0, "slow");
    send(*socket, connect_packet(id));
    EXPECT_EQ(take(*socket), connack);
    socket->write_room = 10;
    ByteBuffer pings;
    for (int i = 0; i < 1000; ++i)
        base::append(pings, ByteBuffer{0xC0, 0});
    send(*socket, pings);
    ByteBuffer answers = take(*socket);
    for (int round = 0; round < 1000 && answers.size() < 2000; ++round) {
        socket->write_room = 100;
        broker().settle();
        base::append(answers, take(*socket));
    }
    EXPECT_EQ(answers.size(), 2000U);
    EXPECT_FALSE(socket->closed);
}

TEST_P(Transports, a_trusted_proxy_tells_the_address_and_others_do_not) {
    config.listeners[0].trusted_proxies.push_back(net::Network::parse("192.0.2.0/24").value());
    const auto socket = open_socket("X-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n");
    send(*socket, connect_packet(broker().id_on(0, "proxied")));
    EXPECT_TRUE(broker().log().has("(203.0.113.9 via 192.0.2.1:50000)"));
}

TEST_P(Transports, without_trusted_proxies_the_socket_counts) {
    const auto socket = open_socket("X-Forwarded-For: 203.0.113.9\r\n");
    send(*socket, connect_packet(broker().id_on(0, "direct")));
    EXPECT_TRUE(broker().log().has("(192.0.2.1:50000)"));
    EXPECT_FALSE(broker().log().has("203.0.113.9"));
}

TEST_P(Transports, a_silent_connection_gets_pings) {
    config.listeners[0].websockets_ping_interval = std::chrono::seconds(25);
    const auto socket = open_socket();
    const std::string id = broker().id_on(broker().shard_count() - 1, "idle");
    send(*socket, connect_packet(id));
    EXPECT_EQ(take(*socket), connack);
    broker().advance(std::chrono::seconds(24));
    EXPECT_TRUE(socket->from_broker.empty());
    send(*socket, ByteBuffer{0xC0, 0}); // the answer counts as traffic
    EXPECT_EQ(take(*socket), (ByteBuffer{0xD0, 0}));
    broker().advance(std::chrono::seconds(24));
    EXPECT_TRUE(socket->from_broker.empty());
    broker().advance(std::chrono::seconds(1));
    EXPECT_EQ(socket->from_broker, (ByteBuffer{0x89, 0}));
    take(*socket);
    broker().advance(std::chrono::seconds(25));
    EXPECT_EQ(socket->from_broker, (ByteBuffer{0x89, 0}));
    EXPECT_FALSE(socket->closed);
}

TEST_P(Transports, an_upgrade_that_does_not_come_is_not_waited_for) {
    config.limits.handshake_timeout = std::chrono::seconds(5);
    const auto socket = broker().open(0);
    base::append(socket->to_broker, base::as_bytes("GET / HTTP/1.1\r\n"));
    broker().settle();
    broker().advance(std::chrono::seconds(5));
    EXPECT_TRUE(socket->closed);
    EXPECT_TRUE(broker().log().has("WebSocket upgrade not finished within 5 seconds"));
}

TEST_P(Transports, a_proxy_header_comes_before_the_upgrade) {
    config.listeners[0].proxy_protocol = mqttd::ProxyProtocol::v1;
    const auto socket = broker().open(0);
    base::append(
        socket->to_broker,
        base::as_bytes("PROXY TCP4 203.0.113.5 192.0.2.1 4711 1883\r\n" + upgrade + "\r\n")
    );
    broker().settle();
    send(*socket, connect_packet(broker().id_on(0, "behind")));
    EXPECT_TRUE(broker().log().has("(203.0.113.5:4711)"));
    EXPECT_EQ(take(*socket), connack);
}

TEST_P(Transports, a_proxy_header_of_somebody_else_is_refused) {
    config.listeners[0].websockets = false;
    config.listeners[0].proxy_protocol = mqttd::ProxyProtocol::v1;
    config.listeners[0].trusted_proxies.push_back(net::Network::parse("10.0.0.1").value());
    const auto socket = broker().open(0);
    base::append(socket->to_broker, base::as_bytes("PROXY UNKNOWN\r\n"));
    base::append(socket->to_broker, connect_packet("x"));
    broker().settle();
    EXPECT_TRUE(socket->closed);
    EXPECT_TRUE(socket->from_broker.empty());
    EXPECT_TRUE(broker().log().has("is not one of trusted_proxy"));
}

TEST_P(Transports, many_handshakes_at_once_all_come_to_their_end) {
    const test::TemporaryFolder folder;
    support::TestCa ca(folder.path(""), "ca");
    ca.issue("server", "localhost");
    crypto::TlsServerSettings server;
    server.key_pairs.push_back({ca.path("server.crt"), ca.path("server.key")});
    config.listeners[0].websockets = false;
    config.listeners[0].tls.context = *crypto::TlsContext::for_server(server);
    config.limits.max_handshakes = 10;
    crypto::TlsClientSettings client;
    client.verify = false;
    const auto client_side = *crypto::TlsContext::for_client(client);

    std::vector<std::shared_ptr<support::FakeSocket>> sockets;
    std::vector<std::unique_ptr<crypto::TlsFilter>> peers;
    for (int i = 0; i < 10; ++i) {
        sockets.push_back(broker().open(0));
        peers.push_back(std::make_unique<crypto::TlsFilter>(client_side));
        peers.back()->start(sockets.back()->to_broker);
    }
    EXPECT_EQ(broker().open(0), nullptr) << "max_handshakes";
    EXPECT_TRUE(broker().log().has("max_handshakes is reached"));
    broker().settle();
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        ByteBuffer plain;
        peers[i]->receive(std::exchange(sockets[i]->from_broker, {}), plain, sockets[i]->to_broker);
        ASSERT_EQ(peers[i]->state(), base::ByteFilter::State::open);
        peers[i]->send(connect_packet("tls" + std::to_string(i)), sockets[i]->to_broker);
    }
    broker().settle();
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        ByteBuffer plain;
        peers[i]->receive(std::exchange(sockets[i]->from_broker, {}), plain, sockets[i]->to_broker);
        EXPECT_EQ(plain, connack) << i;
    }
    EXPECT_EQ(broker().totals().handshakes.load(), 0);
    EXPECT_NE(broker().open(0), nullptr);
}
