// A server in the test's own io_context that says what the test wants: for the client's driver.
#pragma once

#include "common/mqtt/packet/packets.hpp"
#include "common/net/connector.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace client {

/// One accepted connection.
class FakePeer {
public:
    explicit FakePeer(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    void send(const mqtt::Packet& packet, mqtt::ProtocolVersion version);
    void send_bytes(const base::ByteBuffer& bytes);
    void close();

private:
    friend class FakeServer;
    boost::asio::ip::tcp::socket socket_;
    base::ByteBuffer input_;
    std::array<std::uint8_t, 4096> chunk_{};
};

class FakeServer {
public:
    FakeServer(boost::asio::io_context& context, mqtt::ProtocolVersion version);
    ~FakeServer();
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;

    /// As a broker that takes everything: CONNACK, PUBACK, PUBREC, PUBCOMP, SUBACK; closes on
    /// DISCONNECT.
    void answer(FakePeer& peer, const mqtt::Packet& packet) const;

    /// What is done about a packet; answer() by default.
    std::function<void(FakePeer&, const mqtt::Packet&)> on_packet;
    /// All packets of all connections, as text.
    std::vector<std::string> received;
    int connections = 0;

private:
    void accept();
    void read(const std::shared_ptr<FakePeer>& peer);
    void take_packets(FakePeer& peer);

    mqtt::ProtocolVersion version_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::vector<std::shared_ptr<FakePeer>> peers_;
};

} // namespace client
