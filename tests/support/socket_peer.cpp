#include "tests/support/socket_peer.hpp"

#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/packet/property_builder.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace support {

SocketPeer::SocketPeer(
    std::uint16_t port, const std::string& id, bool clean, const std::string& user
)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("cannot connect to the broker");
    }
    mqtt::PropertyBuilder properties;
    if (!clean) properties.number(mqtt::PropertyId::session_expiry_interval, 1000);
    mqtt::Connect connect;
    connect.clean_start = clean;
    connect.client_id = id;
    connect.properties = properties.list();
    if (!user.empty()) {
        connect.user_name = user;
        connect.password = base::as_bytes(user);
    }
    send(connect);
    accepted_ = wait_for<mqtt::Connack>().reason == mqtt::ReasonCode::success;
}

void SocketPeer::send(const mqtt::Packet& packet) {
    base::ByteBuffer bytes;
    mqtt::codec::encode(packet, mqtt::ProtocolVersion::v5, bytes);
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("cannot send");
}

void SocketPeer::subscribe(std::string_view filter, mqtt::Qos qos) {
    mqtt::Subscribe subscribe{.packet_id = 60'000, .properties = {}, .requests = {}};
    subscribe.requests.push_back({.filter = filter, .options = {.qos = qos}});
    send(subscribe);
    static_cast<void>(wait_for<mqtt::Suback>());
}

void SocketPeer::publish(
    std::string_view topic, std::string_view payload, mqtt::Qos qos, mqtt::PacketId id
) {
    send(mqtt::Publish{
        .qos = qos,
        .packet_id = id,
        .topic = topic,
        .properties = {},
        .payload = base::as_bytes(payload),
    });
}

mqtt::Packet SocketPeer::receive() {
    input_.erase(
        input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(std::exchange(used_, 0))
    );
    while (true) {
        const auto read = mqtt::codec::next_frame(input_, 0);
        if (read.status == mqtt::codec::FrameStatus::complete) {
            auto packet =
                mqtt::codec::decode(read.frame, mqtt::ProtocolVersion::v5, mqtt::Sender::server);
            if (packet.has_error()) throw std::runtime_error("the broker sent a malformed packet");
            used_ = read.frame.size();
            return std::move(*packet);
        }
        std::array<std::uint8_t, 4096> buffer{};
        const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0) throw std::runtime_error("the broker closed or was silent");
        base::append(input_, base::Bytes(buffer).first(static_cast<std::size_t>(got)));
    }
}

void SocketPeer::answer(const mqtt::Packet& packet) {
    if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
        ++messages_;
        if (publish->qos == mqtt::Qos::at_least_once) {
            send(mqtt::Puback{{.packet_id = publish->packet_id, .properties = {}}});
        } else if (publish->qos == mqtt::Qos::exactly_once) {
            send(mqtt::Pubrec{{.packet_id = publish->packet_id, .properties = {}}});
        }
    } else if (const auto* pubrec = std::get_if<mqtt::Pubrec>(&packet)) {
        send(mqtt::Pubrel{{.packet_id = pubrec->packet_id, .properties = {}}});
    } else if (const auto* pubrel = std::get_if<mqtt::Pubrel>(&packet)) {
        send(mqtt::Pubcomp{{.packet_id = pubrel->packet_id, .properties = {}}});
    }
}

} // namespace support
