#include "tests/unit/client/fake_server.hpp"

#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/codec/frame.hpp"
#include "tests/support/packet_text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <stdexcept>

namespace client {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

void FakePeer::send(const mqtt::Packet& packet, mqtt::ProtocolVersion version) {
    base::ByteBuffer bytes;
    mqtt::codec::encode(packet, version, bytes);
    send_bytes(bytes);
}

void FakePeer::send_bytes(const base::ByteBuffer& bytes) {
    error_code ignored; // the client may have gone
    asio::write(socket_, asio::buffer(bytes), ignored);
}

void FakePeer::close() {
    error_code ignored; // closed by the client already
    socket_.close(ignored);
}

FakeServer::FakeServer(asio::io_context& context, mqtt::ProtocolVersion version)
    : version_(version), acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    on_packet = [this](FakePeer& peer, const mqtt::Packet& packet) {
        answer(peer, packet);
    };
    accept();
}

FakeServer::~FakeServer() {
    for (const auto& peer : peers_)
        peer->close();
}

std::uint16_t FakeServer::port() const {
    return acceptor_.local_endpoint().port();
}

void FakeServer::accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
        if (error) return;
        ++connections;
        peers_.push_back(std::make_shared<FakePeer>(std::move(socket)));
        read(peers_.back());
        accept();
    });
}

void FakeServer::read(const std::shared_ptr<FakePeer>& peer) {
    auto on_read = [this, peer](const error_code& error, std::size_t size) {
        if (error) {
            peer->close();
            return;
        }
        base::append(peer->input_, {peer->chunk_.data(), size});
        take_packets(*peer);
        if (peer->socket_.is_open()) read(peer);
    };
    peer->socket_.async_read_some(asio::buffer(peer->chunk_), std::move(on_read));
}

void FakeServer::take_packets(FakePeer& peer) {
    std::size_t used = 0;
    while (true) {
        const auto read = mqtt::codec::next_frame(base::Bytes(peer.input_).subspan(used), 0);
        if (read.status != mqtt::codec::FrameStatus::complete) break;
        const auto packet = mqtt::codec::decode(read.frame, version_, mqtt::Sender::client);
        if (packet.has_error()) throw std::runtime_error(std::string(packet.error().what));
        received.push_back(support::packet_text(*packet));
        used += read.frame.size();
        on_packet(peer, *packet);
    }
    peer.input_.erase(peer.input_.begin(), peer.input_.begin() + static_cast<std::ptrdiff_t>(used));
}

void FakeServer::answer(FakePeer& peer, const mqtt::Packet& packet) const {
    if (std::holds_alternative<mqtt::Connect>(packet)) peer.send(mqtt::Connack{}, version_);
    if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
        mqtt::Puback puback;
        puback.packet_id = publish->packet_id;
        mqtt::Pubrec pubrec;
        pubrec.packet_id = publish->packet_id;
        if (publish->qos == mqtt::Qos::at_least_once) peer.send(puback, version_);
        if (publish->qos == mqtt::Qos::exactly_once) peer.send(pubrec, version_);
    }
    if (const auto* pubrel = std::get_if<mqtt::Pubrel>(&packet)) {
        mqtt::Pubcomp pubcomp;
        pubcomp.packet_id = pubrel->packet_id;
        peer.send(pubcomp, version_);
    }
    if (const auto* subscribe = std::get_if<mqtt::Subscribe>(&packet)) {
        mqtt::Suback suback;
        suback.packet_id = subscribe->packet_id;
        suback.reasons.assign(subscribe->requests.size(), mqtt::ReasonCode::success);
        peer.send(suback, version_);
    }
    if (std::holds_alternative<mqtt::Disconnect>(packet)) peer.close();
}

} // namespace client
