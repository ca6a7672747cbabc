#include "common/client/client.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/client/fake_server.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <functional>

namespace client {
namespace {

namespace asio = boost::asio;
using mqtt::ProtocolVersion;
using mqtt::Qos;
using mqtt::ReasonCode;
using namespace std::chrono_literals;

/// Notes what happens, and lets the test act.
class Watch : public ClientEvents {
public:
    void on_connected(const Connected& connected) override {
        log += connected.reconnected ? "reconnected " : "connected ";
        if (when_connected) when_connected();
    }

    void on_published(Token /*token*/, const Published& published) override {
        log += is_error(published.reason) ? "denied " : "published ";
        if (when_published) when_published();
    }

    void on_message(const mqtt::Publish& packet) override {
        log += "message:" + std::string(packet.topic) + " ";
    }

    void on_room() override {
        if (when_room) when_room();
    }

    void on_retry(const Failure& failure, std::chrono::milliseconds /*in*/) override {
        log += "retry(" + failure.what + ") ";
        if (when_retry) when_retry();
    }

    void on_ended(const std::optional<Failure>& failure) override {
        log += failure.has_value() ? "ended(" + failure->what + ")" : "ended";
        if (failure.has_value()) kind = failure->kind;
        ended = true;
    }

    std::string log;
    bool ended = false;
    std::optional<FailureKind> kind;
    std::function<void()> when_connected;
    std::function<void()> when_published;
    std::function<void()> when_room;
    std::function<void()> when_retry;
};

class ClientTest : public testing::Test {
protected:
    Client& make(ProtocolVersion version = ProtocolVersion::v5) {
        server.emplace(context, version);
        options.destination.host = "127.0.0.1";
        options.destination.port = server->port();
        options.session.version = version;
        options.retry.first = 1ms;
        return make_client();
    }

    Client& make_client() {
        client.emplace(context, options, watch, entropy);
        return *client;
    }

    /// Until on_ended().
    void run() {
        client->start();
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (!watch.ended && std::chrono::steady_clock::now() < limit)
            context.run_one_for(1s);
        EXPECT_TRUE(watch.ended);
    }

    static Message message(std::string topic, Qos qos = Qos::at_most_once) {
        Message result;
        result.topic = std::move(topic);
        result.qos = qos;
        return result;
    }

    asio::io_context context{1};
    base::FixedEntropy entropy{1};
    ConnectOptions options;
    Watch watch;
    std::optional<FakeServer> server;
    std::optional<Client> client;
};

TEST_F(ClientTest, publishes_and_ends_cleanly) {
    Client& it = make();
    watch.when_connected = [&] {
        EXPECT_TRUE(it.connected());
        static_cast<void>(it.publish(message("a", Qos::exactly_once)));
    };
    watch.when_published = [&] {
        it.disconnect();
    };
    run();
    EXPECT_EQ(watch.log, "connected published ended");
    const std::vector<std::string> expected{
        "CONNECT 5.0 clean keep_alive=60 client=\"\"",
        "PUBLISH qos=2 id=1 topic=\"a\"",
        "PUBREL id=1 reason=0x00",
        "DISCONNECT reason=0x00"};
    EXPECT_EQ(server->received, expected);
}

TEST_F(ClientTest, refused_connection_ends_with_the_systems_words) {
    make();
    server.reset(); // nobody listens there any more
    run();
    EXPECT_EQ(watch.log, "ended(connection refused)");
    EXPECT_EQ(watch.kind, FailureKind::connect_failed);
}

TEST_F(ClientTest, first_connection_is_tried_again_when_asked) {
    options.retry.retry_first = true;
    Client& it = make();
    server->on_packet = [&](FakePeer& peer, const mqtt::Packet& packet) {
        if (server->connections < 3) {
            peer.close();
        } else {
            server->answer(peer, packet);
        }
    };
    watch.when_connected = [&] {
        it.disconnect();
    };
    run();
    EXPECT_EQ(
        watch.log,
        "retry(the server closed the connection) retry(the server closed the "
        "connection) connected ended"
    );
}

TEST_F(ClientTest, silent_server_runs_into_the_time_limit) {
    options.connect_timeout = 30ms;
    make();
    server->on_packet = [](FakePeer&, const mqtt::Packet&) {
    };
    run();
    EXPECT_EQ(watch.log, "ended(no CONNACK from the server in time)");
    EXPECT_EQ(watch.kind, FailureKind::connect_timeout);
}

TEST_F(ClientTest, lost_connection_comes_back_and_sends_again) {
    options.session.client_id = "me";
    options.session.session_expiry_interval = 60;
    Client& it = make();
    server->on_packet = [&](FakePeer& peer, const mqtt::Packet& packet) {
        if (server->connections == 1 && std::holds_alternative<mqtt::Publish>(packet)) {
            peer.close();
        } else {
            server->answer(peer, packet);
        }
    };
    static_cast<void>(it.publish(message("a", Qos::at_least_once)));
    watch.when_published = [&] {
        it.disconnect();
    };
    run();
    EXPECT_EQ(
        watch.log, "connected retry(the server closed the connection) reconnected published ended"
    );
    EXPECT_EQ(server->connections, 2);
}

TEST_F(ClientTest, session_taken_over_is_not_fought_for) {
    make();
    server->on_packet = [](FakePeer& peer, const mqtt::Packet&) {
        peer.send(mqtt::Connack{}, ProtocolVersion::v5);
        mqtt::Disconnect packet;
        packet.reason = ReasonCode::session_taken_over;
        peer.send(packet, ProtocolVersion::v5);
        peer.close();
    };
    run();
    EXPECT_EQ(watch.log, "connected ended(session taken over)");
    EXPECT_EQ(watch.kind, FailureKind::server_disconnect);
}

TEST_F(ClientTest, reason_for_a_broken_protocol_reaches_the_server) {
    make();
    server->on_packet = [](FakePeer& peer, const mqtt::Packet& packet) {
        if (!std::holds_alternative<mqtt::Connect>(packet)) return;
        peer.send(mqtt::Connack{}, ProtocolVersion::v5);
        peer.send_bytes({0x36, 5, 0, 1, 'a', 0, 0});
    };
    run();
    EXPECT_EQ(watch.kind, FailureKind::protocol_error);
    while (server->received.size() < 2)
        ASSERT_NE(context.run_one_for(5s), 0U);
    EXPECT_EQ(server->received.back(), "DISCONNECT reason=0x81");
}

TEST_F(ClientTest, server_that_does_not_close_is_left_after_a_while) {
    options.disconnect_timeout = 20ms;
    Client& it = make();
    server->on_packet = [&](FakePeer& peer, const mqtt::Packet& packet) {
        if (!std::holds_alternative<mqtt::Disconnect>(packet)) server->answer(peer, packet);
    };
    watch.when_connected = [&] {
        it.disconnect();
    };
    run();
    EXPECT_EQ(watch.log, "connected ended");
}

TEST_F(ClientTest, disconnect_before_the_connection_ends_at_once) {
    Client& it = make();
    it.disconnect();
    run();
    EXPECT_EQ(watch.log, "ended");
}

TEST_F(ClientTest, disconnect_while_waiting_to_retry_ends_at_once) {
    options.retry.retry_first = true;
    Client& it = make();
    server->on_packet = [](FakePeer& peer, const mqtt::Packet&) {
        peer.close();
    };
    watch.when_retry = [&] {
        it.disconnect();
    };
    run();
    EXPECT_EQ(watch.log, "retry(the server closed the connection) ended");
}

TEST_F(ClientTest, destroyed_client_is_silent) {
    make();
    client->start();
    context.run_one_for(5s);
    client.reset();
    server.reset();
    context.run_for(5s);
    EXPECT_EQ(watch.log, "");
}

TEST_F(ClientTest, many_messages_go_through_a_small_queue) {
    constexpr int count = 5000;
    options.session.max_queued = 10;
    Client& it = make(ProtocolVersion::v311);
    int sent = 0;
    int published = 0;
    const auto fill = [&] {
        while (sent < count && it.can_publish()) {
            Message next = message("a/b/c");
            next.payload.resize(100);
            ASSERT_TRUE(it.publish(std::move(next)).has_value());
            ++sent;
        }
    };
    watch.when_connected = fill;
    watch.when_room = fill;
    watch.when_published = [&] {
        if (++published == count) it.disconnect();
    };
    run();
    while (server->received.size() < count + 2U)
        ASSERT_NE(context.run_one_for(5s), 0U);
    EXPECT_EQ(server->received.back(), "DISCONNECT reason=0x00");
}

TEST_F(ClientTest, connects_to_a_unix_socket) {
    const test::TemporaryFolder folder;
    options.destination.unix_path = folder.path("mqtt.sock");
    asio::local::stream_protocol::acceptor acceptor(
        context, asio::local::stream_protocol::endpoint(options.destination.unix_path)
    );
    asio::local::stream_protocol::socket peer(context);
    acceptor.async_accept(peer, [&](const boost::system::error_code&) {
        const base::ByteBuffer connack{0x20, 2, 0, 0};
        asio::write(peer, asio::buffer(connack));
    });
    Client& it = make_client();
    watch.when_connected = [&] {
        it.disconnect();
        peer.close();
    };
    run();
    EXPECT_EQ(watch.log.substr(0, 10), "connected ");
}

} // namespace
} // namespace client
