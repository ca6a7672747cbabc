// A client with a real, blocking socket, for tests that run the broker in threads. Every wait ends
// after half a minute with an exception, so that a broker that hangs fails the test.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/packet/packets.hpp"
#include "common/net/file_descriptor.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace support {

class SocketPeer {
public:
    /// To 127.0.0.1, with an MQTT 5.0 CONNECT; returns when CONNACK has come. user: also the
    /// password; empty: none.
    SocketPeer(std::uint16_t port, const std::string& id, bool clean, const std::string& user = {});

    /// Whether CONNACK was a success.
    [[nodiscard]] bool accepted() const { return accepted_; }

    void send(const mqtt::Packet& packet);
    void subscribe(std::string_view filter, mqtt::Qos qos);
    void
    publish(std::string_view topic, std::string_view payload, mqtt::Qos qos, mqtt::PacketId id = 0);

    /// The next packet; its views live until the next call. Throws when the broker closes.
    [[nodiscard]] mqtt::Packet receive();

    /// Reads until a packet of this kind comes, and answers PUBLISH and PUBREL meanwhile.
    template <typename Wanted>
    Wanted wait_for() {
        while (true) {
            const mqtt::Packet packet = receive();
            if (const auto* wanted = std::get_if<Wanted>(&packet)) return *wanted;
            answer(packet);
        }
    }

    /// PUBACK, PUBREC, PUBREL or PUBCOMP, whichever is due; counts messages.
    void answer(const mqtt::Packet& packet);

    [[nodiscard]] int messages() const { return messages_; }

private:
    net::FileDescriptor fd_;
    base::ByteBuffer input_;
    std::size_t used_ = 0; ///< bytes at the start of input_ that belong to the last packet
    int messages_ = 0;
    bool accepted_ = false;
};

} // namespace support
