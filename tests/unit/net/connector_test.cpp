#include "common/net/connector.hpp"
#include "common/net/websocket_filter.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::TransportTrouble;
using namespace std::chrono_literals;

/// Notes what a stream says.
class Notes : public StreamUser {
public:
    void on_bytes(base::Bytes bytes) override { text += base::as_text(bytes); }

    void on_written() override { ++written; }

    void on_end(const StreamEnd& end) override { ending = end.what; }

    std::string text;
    std::string ending;
    int written = 0;
};

class ConnectorTest : public testing::Test {
protected:
    ConnectorTest() {
        to.host = "127.0.0.1";
        to.port = acceptor.local_endpoint().port();
    }

    void connect(std::chrono::milliseconds timeout = 20s) {
        connector.connect(to, timeout, [this](ConnectResult result) {
            ++calls;
            if (result) {
                stream = *std::move(result);
                stream->set_user(notes);
            } else {
                error = result.error();
            }
        });
    }

    /// Until condition() holds.
    template <typename Condition>
    void run_until(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < limit) {
            if (context.stopped()) context.restart();
            context.run_one_for(20ms);
        }
        EXPECT_TRUE(condition());
    }

    void accept() {
        acceptor.async_accept([this](const boost::system::error_code& failure, tcp::socket socket) {
            ASSERT_FALSE(failure);
            peer.emplace(std::move(socket));
        });
    }

    /// The server's half of the upgrade, with these plain bytes right behind it.
    void upgrade(const std::string& first) {
        run_until([&] { return peer.has_value(); });
        base::ByteBuffer plain;
        base::ByteBuffer wire;
        while (filter.state() == base::ByteFilter::State::opening) {
            run_until([&] { return peer->available() > 0; });
            receive(plain, wire);
        }
        filter.send(base::as_bytes(first), wire);
        asio::write(*peer, asio::buffer(wire));
    }

    void receive(base::ByteBuffer& plain, base::ByteBuffer& wire) {
        std::array<std::uint8_t, 4096> chunk{};
        const std::size_t size = peer->read_some(asio::buffer(chunk));
        filter.receive(base::Bytes(chunk).first(size), plain, wire);
    }

    asio::io_context context{1};
    tcp::acceptor acceptor{context, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
    Connector connector{context};
    Destination to;
    Notes notes;
    std::optional<tcp::socket> peer;
    WebSocketFilter filter{{}};
    std::unique_ptr<Stream> stream;
    std::optional<ConnectError> error;
    int calls = 0;
};

TEST_F(ConnectorTest, a_stream_is_handed_over_open_with_what_came_early) {
    to.websocket.emplace();
    accept();
    connect();
    upgrade("early");
    run_until([&] { return calls == 1; });
    ASSERT_NE(stream, nullptr);
    EXPECT_EQ(notes.text, "") << "nobody has asked yet";
    stream->read();
    run_until([&] { return notes.text == "early"; });
    stream->write({'l', 'a', 't', 'e'});
    EXPECT_FALSE(stream->can_write());
    run_until([&] { return notes.written == 1; });
    base::ByteBuffer plain;
    base::ByteBuffer wire;
    receive(plain, wire);
    EXPECT_EQ(base::as_text(plain), "late");
}

TEST_F(ConnectorTest, half_closing_says_good_bye_and_still_listens) {
    to.websocket.emplace();
    accept();
    connect();
    upgrade("");
    run_until([&] { return stream != nullptr; });
    stream->read();
    stream->half_close();
    base::ByteBuffer plain;
    base::ByteBuffer wire;
    run_until([&] { return peer->available() > 0; });
    receive(plain, wire);
    EXPECT_EQ(filter.state(), base::ByteFilter::State::ended);
    peer->non_blocking(true);
    boost::system::error_code failure;
    std::array<char, 1> byte{};
    run_until([&] {
        peer->read_some(asio::buffer(byte), failure);
        return failure == asio::error::eof;
    });
    asio::write(*peer, asio::buffer(wire));
    run_until([&] { return !notes.ending.empty(); });
    EXPECT_EQ(notes.ending, "the server closed the connection");
}

TEST_F(ConnectorTest, what_was_not_over_in_time_is_named) {
    to.websocket.emplace();
    accept();
    connect(50ms);
    run_until([&] { return calls == 1; });
    EXPECT_TRUE(error->timed_out);
    EXPECT_EQ(error->what, "no answer in time during the WebSocket upgrade");
}

TEST_F(ConnectorTest, a_server_that_closes_early_is_told) {
    to.proxy.emplace();
    to.proxy->address = {to.host, to.port};
    accept();
    connect();
    run_until([&] { return peer.has_value(); });
    peer->close();
    run_until([&] { return calls == 1; });
    EXPECT_EQ(error->what, "the connection was closed during the proxy handshake");
    EXPECT_EQ(error->trouble, TransportTrouble::closed_while_opening);
}

TEST_F(ConnectorTest, after_cancelling_nothing_is_said) {
    to.websocket.emplace();
    accept();
    connect();
    run_until([&] { return peer.has_value() && peer->available() > 0; });
    connector.cancel();
    std::string request;
    boost::system::error_code failure;
    asio::read(*peer, asio::dynamic_buffer(request), failure);
    EXPECT_TRUE(request.starts_with("GET /mqtt HTTP/1.1"));
    EXPECT_TRUE(failure) << "the other end is closed";
    context.poll();
    EXPECT_EQ(calls, 0);
}

TEST_F(ConnectorTest, a_name_server_that_is_silent_holds_nobody_up) {
    asio::ip::udp::socket silent(
        context, asio::ip::udp::endpoint(asio::ip::make_address("127.0.0.1"), 0)
    );
    to.host = "example.test";
    to.srv = SrvSource{HostPort{"127.0.0.1", silent.local_endpoint().port()}};
    connect(50ms);
    run_until([&] { return calls == 1; });
    EXPECT_EQ(error->what, "no answer in time");
    connect();
    run_until([&] { return silent.available() > 0; });
    connector.cancel();
    context.poll();
    EXPECT_EQ(calls, 1);
}

} // namespace

} // namespace net
