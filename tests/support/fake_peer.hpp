// A client as a script: sends what the test says, reads what the broker answers as lines of text
// (packet_text). Does nothing by itself: no acknowledgements, no pings. Every send lets the broker
// come to rest; queue() does not. Must not outlive its broker. One thread.
#pragma once

#include "common/mqtt/packet/packets.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "tests/support/broker_fixture.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace support {

struct WillOptions {
    std::string topic;
    std::string payload = {};
    int qos = 0;
    bool retain = false;
    mqtt::PropertyBuilder properties = {};
};

struct ConnectOptions {
    mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v5;
    bool clean = true;
    std::uint16_t keep_alive = 0;
    mqtt::PropertyBuilder properties = {};
    std::optional<WillOptions> will = {};
    std::optional<std::string> user = {};
    std::optional<std::string> password = {};
    bool bridge = false;
};

struct PublishOptions {
    int qos = 0;
    bool retain = false;
    bool dup = false;
    mqtt::PacketId id = 0; ///< 0: the next one
    mqtt::PropertyBuilder properties = {};
};

struct SubscribeOptions {
    int qos = 0;
    bool no_local = false;
    bool retain_as_published = false;
    mqtt::RetainHandling retain_handling = mqtt::RetainHandling::always;
    std::uint32_t identifier = 0;
};

class FakePeer {
public:
    FakePeer(BrokerFixture& broker, std::shared_ptr<FakeSocket> socket)
        : broker_(&broker), socket_(std::move(socket)) {}

    [[nodiscard]] FakeSocket& socket() { return *socket_; }

    [[nodiscard]] const std::string& id() const { return id_; }

    // --- sending ---

    void queue(const mqtt::Packet& packet);
    void send(const mqtt::Packet& packet);
    /// "10 0c 00 04 …"
    void send_hex(std::string_view hex);

    void queue_connect(const std::string& id, const ConnectOptions& options = {});
    /// Sends CONNECT; the answer is greeting(): the text of CONNACK, or "closed".
    void connect(const std::string& id, const ConnectOptions& options = {});

    [[nodiscard]] const std::string& greeting() const { return greeting_; }

    /// The packet identifier, 0 for QoS 0.
    mqtt::PacketId
    publish(std::string_view topic, std::string_view payload, const PublishOptions& options = {});
    mqtt::PacketId queue_publish(
        std::string_view topic, std::string_view payload, const PublishOptions& options = {}
    );
    /// The reason code of the SUBACK, which is taken out of what came; 0xFF: there is none.
    int subscribe(std::string_view filter, const SubscribeOptions& options = {});
    /// The same with several filters; the text of the SUBACK.
    std::string
    subscribe_all(std::initializer_list<std::string_view> filters, const SubscribeOptions& = {});
    /// The text of the UNSUBACK, without its packet identifier.
    std::string unsubscribe(std::initializer_list<std::string_view> filters);

    void puback(mqtt::PacketId id, mqtt::ReasonCode reason = mqtt::ReasonCode::success);
    void pubrec(mqtt::PacketId id, mqtt::ReasonCode reason = mqtt::ReasonCode::success);
    void pubrel(mqtt::PacketId id);
    void pubcomp(mqtt::PacketId id);
    void disconnect(
        mqtt::ReasonCode reason = mqtt::ReasonCode::success,
        const mqtt::PropertyBuilder& properties = {}
    );
    /// The network connection ends without a DISCONNECT.
    void drop();

    // --- reading ---

    /// The next packet as text; "nothing" when there is none, "closed" when there is none and the
    /// broker has closed the connection.
    [[nodiscard]] std::string next();
    /// The next packet; nullopt when there is none. Its views live until the call after.
    [[nodiscard]] std::optional<mqtt::Packet> next_packet();
    /// The number of packets that have come and are not read.
    [[nodiscard]] std::size_t waiting();
    /// Reads and drops everything.
    void skip_all();

private:
    struct Received {
        base::ByteBuffer bytes;
        mqtt::Packet packet;
    };

    void collect();
    mqtt::PacketId take_packet_id();
    std::string take_answer(mqtt::PacketType type, mqtt::PacketId id);

    BrokerFixture* broker_;
    std::shared_ptr<FakeSocket> socket_;
    std::string id_;
    std::string greeting_;
    std::string malformed_; ///< why the bytes of the broker cannot be read
    std::vector<Received> received_;
    Received current_; ///< what next_packet() gave
    mqtt::PacketId next_id_ = 1;
    mqtt::ProtocolVersion version_ = mqtt::ProtocolVersion::v5;
};

/// One property, or the first of several.
[[nodiscard]] inline mqtt::PropertyBuilder property(mqtt::PropertyId id, std::uint32_t value) {
    mqtt::PropertyBuilder builder;
    builder.number(id, value);
    return builder;
}

[[nodiscard]] inline mqtt::PropertyBuilder property(mqtt::PropertyId id, std::string_view value) {
    mqtt::PropertyBuilder builder;
    builder.text(id, value);
    return builder;
}

} // namespace support
